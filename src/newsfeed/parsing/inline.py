"""Inline: running text with its links and emphasis becomes a line of text and a line of HTML.

In: pieces of text with the inline elements open around each. Out: clean text, and the same as
HTML that went through an allow-list where it has any markup at all. Called by `markup`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html import escape
from urllib.parse import urlsplit

import nh3

from newsfeed.parsing.pagedata.addresses import MAX_LENGTH, absolute
from newsfeed.parsing.text import clean, clean_line

EMPHASIS = frozenset({"b", "code", "em", "i", "strong", "sub", "sup"})
"""Elements that stay as they are; of "a" stays the address, of "br" that a line ends."""

Tags = tuple[str, ...]
"""Opening tags without brackets, the outermost first: ("b", 'a href="…"')."""

BREAK = "\n"


@dataclass(slots=True)
class Run:
    """Text of one line as it is gathered, each piece with the tags that are open around it."""

    pieces: list[tuple[str, Tags]] = field(default_factory=list)

    def add(self, text: str, tags: Tags = ()) -> None:
        """Adds text; BREAK alone is a line break, in all other text it is a space."""
        if text != BREAK:
            text = clean(text).replace("\n", " ")
        if text and (self.pieces or not text.isspace()):
            # white space is never emphasised: "<b> </b>" leaves no empty element
            self.pieces.append((text, () if text.isspace() else tags))

    def ends_broken(self) -> bool:
        """Whether a line break is the last that was added, but for white space."""
        ends = (piece for piece, _ in reversed(self.pieces) if piece == BREAK or piece.strip())
        return next(ends, "") == BREAK

    def text(self) -> str:
        """The text on one line."""
        return clean_line("".join(piece for piece, _ in self.pieces))

    def html(self) -> str | None:
        """The same as sanitised HTML on one line; None where it has no markup."""
        pieces = self._visible()
        if all(not tags and piece != BREAK for piece, tags in pieces):
            return None
        parts: list[str] = []
        opened: Tags = ()
        for piece, tags in pieces:
            parts.extend(_between(opened, tags))
            parts.append("<br>" if piece == BREAK else escape(piece, quote=False))
            opened = tags
        parts.extend(_between(opened, ()))
        # no element is ever inside one of its own name: the depth is at most nine
        return " ".join(_cleaner().clean(" ".join("".join(parts).split())).split())

    def _visible(self) -> list[tuple[str, Tags]]:
        """The pieces without white space and line breaks at the end; none begins with them."""
        end = len(self.pieces)
        while end and self.pieces[end - 1][0].isspace():
            end -= 1
        return self.pieces[:end]


def opening_tag(name: str, address: str | None, base: str | None) -> str | None:
    """The tag that an inline element leaves in the HTML; None where it leaves only its text."""
    if name in EMPHASIS:
        return name
    href = link(address, base) if name == "a" and address else None
    return f'a href="{escape(href)}"' if href else None


def link(address: str, base: str | None) -> str | None:
    """Where a link may lead: an absolute http(s) or a mailto address, else None."""
    address = clean(address).strip()
    if address.startswith("#"):
        return None
    if not address.lower().startswith("mailto:"):
        return absolute(address, base)
    path = urlsplit(address).path
    fits = "@" in path and len(path) < MAX_LENGTH and not any(c in " <>\"'\\" for c in path)
    return f"mailto:{path}" if fits else None


def _between(opened: Tags, tags: Tags) -> list[str]:
    """What closes the tags that end here and opens those that begin."""
    same = 0
    while same < min(len(opened), len(tags)) and opened[same] == tags[same]:
        same += 1
    closing = [f"</{tag.partition(' ')[0]}>" for tag in reversed(opened[same:])]
    return closing + [f"<{tag}>" for tag in tags[same:]]


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={"a", "br", *EMPHASIS},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=None,
    )
