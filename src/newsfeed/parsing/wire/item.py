"""Item: what the documents of news agencies have in common, whatever their syntax.

In: fields of a wire document as they stand there. Out: the parts of a Draft that they mean. Called
by the wire formats (`ninjs`, `digitalwires`, `newsml`, `nitf`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from lxml import etree

from newsfeed.article import Block, Image, Origin
from newsfeed.parsing.agencies import agencies_in
from newsfeed.parsing.bylines import signature
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft, Verdict
from newsfeed.parsing.errors import ParseError, Retracted
from newsfeed.parsing.markup import Fragment, blocks_of, local_name
from newsfeed.parsing.pagedata.moments import Moment, moment
from newsfeed.parsing.pagedata.names import agency_of, names_in
from newsfeed.parsing.pagedata.wording import key, line

MAX_TOPICS = 40
MAX_INVENTED_HEADLINE = 100
_FAR = datetime(9000, 1, 1, tzinfo=UTC)
_WITHDRAWN = frozenset(["canceled", "cancelled", "withheld"])
_WITH = re.compile(r"\smit\s(?:material\s(?:von|der)\s)?", re.IGNORECASE)
_DATELINE = re.compile(r"[^()\n]{1,60}\((?P<source>[^()]{2,40})\)\s?[-–—]\s")
_OPENING_BLOCKS = 6
"""So many blocks at the start of a body may say again what the fields of the head say."""


@dataclass(frozen=True, slots=True)
class Dates:
    """When an article came out and when it changed."""

    published: Moment | None = None
    updated: Moment | None = None


def released(
    context: Context,
    *,
    first: Any = None,
    version: Any = None,
    embargo: Any = None,
    status: Any = None,
) -> Dates:
    """The dates of an item that may be published.

    It is published when its first version was made or, if that is later, when its embargo ended.
    `status` is a word, a QCode ("stat:usable") or a concept URI of IPTC's scheme pubstatusg2.
    Raises Retracted where the item is canceled or withheld, ParseError where its embargo has not
    ended yet.
    """
    word = re.split(r"[:/]", line(status) or "usable")[-1].lower()
    if word in _WITHDRAWN:
        said = moment(version, context)
        raise Retracted(
            f"the item's status is {word}",
            "it must not be published; remove it",
            version=_start(said, context) if said is not None else None,
        )
    ended = _embargo_end(embargo, word, context)
    found = [moment(value, context) for value in (first, version)]
    published = found[0] or found[1]
    if ended is not None and (published is None or _later(ended, published, context)):
        published = ended
    updated = found[1] if found[0] is not None else None
    if published is None or updated is None or not _later(updated, published, context):
        return Dates(published)
    return Dates(published, updated)


def _embargo_end(embargo: Any, status: str, context: Context) -> Moment | None:
    if embargo is None and status != "embargoed":
        return None
    ended = moment(embargo, replace(context, now=_FAR))
    if ended is None:
        raise ParseError("the item is embargoed without a date", "wait for its release")
    if _start(ended, context) > context.now:
        raise ParseError(
            f"the item is embargoed until {ended.isoformat()}", "run the index again after that"
        )
    return ended


def _later(one: Moment, other: Moment, context: Context) -> bool:
    return _start(one, context) > _start(other, context)


def _start(found: Moment, context: Context) -> datetime:
    if isinstance(found, datetime):
        return found
    return datetime.combine(found, time(), context.zone)


def signed(
    byline: Any, sources: Iterable[Any] = (), perhaps: Iterable[Any] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Authors and agencies of an item.

    `sources` provided its content, whatever they are called; `perhaps` names those who may be an
    agency, and are one if their name is known.
    """
    text = (line(byline) or "").strip(" ()")
    authors = names_in(_WITH.split(text)[0])
    agencies = [*signature(text).agencies, *(agency_of(name) for name in authors)]
    agencies += [agency_of(name) or name for name in lines(sources)]
    agencies += [agency_of(name) for name in lines(perhaps)]
    return authors, tuple(dict.fromkeys(name for name in agencies if name))


def lines(values: Iterable[Any], limit: int = MAX_TOPICS) -> tuple[str, ...]:
    """Clean, different, not empty texts of one line each, at most `limit` of them."""
    found = {key(text): text for value in values if (text := line(value))}
    return tuple(found.values())[:limit]


def images(*groups: Iterable[Image]) -> tuple[Image, ...]:
    """All images once: another rendition has another URL, but the same caption."""
    kept: list[Image] = []
    known: set[str] = set()
    for image in (image for group in groups for image in group):
        names = {name for name in (image.url, key(image.caption or "")) if name}
        if not names & known:
            kept.append(image)
        known |= names
    return tuple(kept)


def text_of(root: etree._Element, base: str | None) -> Fragment:
    """What stands in a marked-up text, but for the words of its `header`.

    A header inside the text says headline, byline and date once more. The tree is changed.
    """
    headers = []
    walk = etree.iterwalk(root, events=("start",))
    for _, node in walk:
        if local_name(node) == "header":
            headers.append(node)
            walk.skip_subtree()
    pictures = [image for node in headers for image in blocks_of(node, base).images]
    for node in headers:
        node.text = None
        for child in list(node):
            node.remove(child)
    found = blocks_of(root, base)
    return Fragment(found.blocks, images(pictures, found.images))


def draft(body: Sequence[Block], headline: Any, **fields: Any) -> Draft:
    """A draft all of whose fields come from a wire; the body without what the head says already.

    A standfirst that only repeats how the text begins is left out; an item that names no agency
    has that of its dateline ("Berlin (dpa) - "). Raises ParseError where the item has neither a
    headline nor text.
    """
    title = line(headline)
    if title is None and not body:
        raise ParseError("the item has neither a headline nor text", "deliver it with its text")
    title = title or body[0].text[:MAX_INVENTED_HEADLINE].replace("\n", " ").strip()
    lead = fields.get("standfirst")
    said = [title, *(fields.get(name) for name in ("kicker", "standfirst")), fields.pop("byline")]
    kept, dropped = _without_repeats(body, said)
    if lead and kept and key(kept[0].text).startswith(key(lead.rstrip(" .…"))):
        fields["standfirst"] = None
    if not fields.get("agencies") and kept:
        dateline = _DATELINE.match(kept[0].text)
        fields["agencies"] = agencies_in(dateline["source"]) if dateline else ()
    fields = {name: value for name, value in fields.items() if value}
    origins: dict[str, Origin] = dict.fromkeys(("headline", "body", *fields), "wire")
    return Draft(
        headline=title,
        body=kept,
        origins=origins,
        verdicts=_verdicts(kept, dropped),
        **fields,
    )


def _without_repeats(
    body: Sequence[Block], said: Iterable[str | None]
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    known = {key(text) for text in said if text}
    opening = body[:_OPENING_BLOCKS]
    dropped = tuple(block for block in opening if key(block.text) in known)
    kept = tuple(block for block in opening if block not in dropped)
    return (*kept, *body[_OPENING_BLOCKS:]), dropped


def _verdicts(kept: Sequence[Block], dropped: Sequence[Block]) -> Callable[[], Iterable[Verdict]]:
    def judged() -> Iterable[Verdict]:
        for block in dropped:
            yield Verdict(block.text, "repeat", None, "the head of the item says the same")
        for block in kept:
            yield Verdict(block.text, block.kind, None, "stands in the item's body")

    return judged
