"""Blocks: an article's body as the templates write it, on its page and in feeds alike.

In: the body as stored. Out: `Part`s in reading order, their text as markup that went through an
allow-list just now: whatever a parser once let pass, no page shows it. Called by the templates
through `rendering`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import nh3
from markupsafe import Markup, escape

from newsfeed.article import Article, Block, BlockKind
from newsfeed.slugs import slug
from newsfeed.web.links import public_url

INLINE = frozenset(
    {
        *("a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s"),
        *("small", "strong", "sub", "sup", "u"),
    }
)
"""The elements that a text may hold; of their attributes only a link's address stays."""
SCHEMES = frozenset({"http", "https", "mailto"})
MAX_TAGS, MAX_LENGTH = 2000, 200_000
"""Of a block's HTML. A larger one is shown as plain text: sanitising is quadratic in depth."""
MAX_ANCHOR = 60
PREFIX = "eintrag-"
"""Of every anchor: none is the same as an id of the page around it."""

_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s*Uhr)?")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Part:
    """One block as it is shown.

    `lines` are its text: a list's items, the lines of a quote, else one. An "entry" has an
    `anchor` that no other part of the page has, and no line where it had no headline but its time.
    """

    kind: BlockKind
    lines: tuple[Markup, ...]
    anchor: str = ""
    published: datetime | None = None


def parts(article: Article) -> Iterator[Part]:
    """The article's body, part by part; blocks that show nothing are left out."""
    names = iter(anchors(article))
    for block in article.body:
        lines = tuple(line for line in _lines(block) if line and not line.isspace())
        if block.kind == "entry":
            shown = () if block.published and is_clock(block.text) else lines
            yield Part("entry", shown, next(names), block.published)
        elif lines:
            yield Part(block.kind, lines)


def anchors(article: Article) -> tuple[str, ...]:
    """The anchors of a live blog's entries, in the order of the body; no two are the same.

    Made of a block's own id, else of its instant, else of its words. Of several with one name the
    oldest has it as it is, so that new entries change none.
    """
    entries = [block for block in article.body if block.kind == "entry"]
    taken: dict[str, int] = {}
    oldest_first = entries[::-1] if _falls(entries) else entries
    found = [_anchor(_name(block), taken) for block in oldest_first]
    return tuple(found[::-1] if _falls(entries) else found)


def is_clock(text: str) -> bool:
    """Whether the text is nothing but a clock time."""
    return bool(_CLOCK.fullmatch(text.strip()))


def _falls(entries: Sequence[Block]) -> bool:
    """Whether the newest entry comes first; so it does where none says when it was published."""
    instants = [block.published for block in entries if block.published]
    return not instants or instants[0] > instants[-1]


def _name(block: Block) -> str:
    if block.id or not block.published:
        return block.id or block.text
    return f"{block.published:%Y-%m-%d-%H%M%S}"


def _anchor(name: str, taken: dict[str, int]) -> str:
    """The name as a fragment that needs no escaping and that this article has not used yet.

    `taken` counts the anchors so far by name, so that ten thousand equal ones take no longer.
    """
    name = slug(name[: 2 * MAX_ANCHOR])[:MAX_ANCHOR]
    anchor = stem = name if name.startswith(PREFIX) else PREFIX + name
    while anchor in taken:
        taken[stem] += 1
        anchor = f"{stem}-{taken[stem]}"
    taken[anchor] = 1
    return anchor


def _lines(block: Block) -> list[Markup]:
    texts = block.text.splitlines() if block.kind in ("list", "quote") else [block.text]
    plain = [escape(_TURNING.sub("", text)) for text in texts]
    html = block.html
    if not html or len(html) > MAX_LENGTH or html.count("<") > MAX_TAGS:
        return plain
    pieces = html.splitlines() if block.kind in ("list", "quote") else [html]
    if len(pieces) != len(plain):
        return plain
    # one by one: an element left open in a line closes with it
    return [
        clean if clean.striptags() else text
        for clean, text in zip(map(_formatted, pieces), plain, strict=True)
    ]


def _formatted(html: str) -> Markup:
    return Markup(_CLEANER.clean(_TURNING.sub("", html)))  # noqa: S704 - through the allow-list


def _attribute(tag: str, name: str, value: str) -> str | None:  # noqa: ARG001 - as nh3 asks
    if name != "href" or value.startswith("mailto:"):
        return value
    return public_url(value)


_CLEANER = nh3.Cleaner(
    tags=set(INLINE),
    attributes={"a": {"href"}},
    attribute_filter=_attribute,
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="noopener nofollow external",
)
