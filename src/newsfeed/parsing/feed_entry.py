"""Feed entry: the one entry of a small feed becomes a Draft.

In: a feed of one entry, as `feed_files` cuts it: RSS, RDF or Atom (read by feedparser) or JSON
Feed. Out: a Draft whose fields come from the feed; its markup is read by `markup`, which leaves
nothing active in it. Called through `parsing.parse`. Nothing is ever fetched.

A content is the body, and then the summary is the standfirst. A summary alone is the body where it
is a whole text, and a standfirst where it is a sentence or two.
"""

from __future__ import annotations

import io
from calendar import timegm
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import feedparser
import orjson

from newsfeed.article import Block, Image, Origin
from newsfeed.parsing.bylines import signature
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft, Verdict
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.feed_files import JSON_EXTENSION, split
from newsfeed.parsing.markup import Fragment, blocks_of, fragment, plain_blocks
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.pagedata.moments import moment
from newsfeed.parsing.pagedata.renditions import image_type, length_of
from newsfeed.parsing.pagedata.rights import notice
from newsfeed.parsing.pagedata.schema import language_code
from newsfeed.parsing.text import clean, clean_line

_TEASER = 600
"""A summary of fewer characters in one paragraph is a teaser, not the article."""
_MOST_NAMES = 50
_FIELDS = (
    *("headline", "url", "source", "standfirst", "body", "authors", "agencies", "images"),
    *("published", "updated", "topics", "language", "rights"),
)
_ORIGINS: Mapping[str, Origin] = dict.fromkeys(_FIELDS, "feed")
_PLAIN = "text/plain"


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry's fields by the same names in every feed format; HTML where not said otherwise."""

    title: str
    url: str | None
    content: Fragment
    summary: Fragment
    authors: tuple[str, ...]
    published: datetime | date | None
    updated: datetime | date | None
    topics: tuple[str, ...]
    images: tuple[Image, ...]
    source: str
    language: str
    rights: str | None = None


def read(raw: bytes, context: Context) -> Draft:
    """The draft of a feed's only entry. Raises ParseError."""
    found = split(raw) or ()
    if len(found) != 1:
        raise ParseError(f"a feed of {len(found)} entries, not of one", "index it as a feed file")
    # cut out anew: what feedparser gets is well formed, of one entry, and nowhere deep
    (piece,) = found
    read_entry = _json_entry if piece.extension == JSON_EXTENSION else _xml_entry
    entry = read_entry(piece.raw, context)
    standfirst, body = _parts(entry)
    images = dict.fromkeys((*entry.images, *entry.content.images, *entry.summary.images))
    signed = [signature(name) for name in entry.authors]
    headline = entry.title or next((block.text for block in body), "")[:200]
    if not headline:
        raise ParseError("the entry has neither title nor text", "remove it from the feed")
    return Draft(
        headline=headline,
        url=entry.url,
        source=entry.source or None,
        standfirst=standfirst,
        body=body,
        authors=tuple(dict.fromkeys(name for one in signed for name in one.names)),
        agencies=tuple(dict.fromkeys(name for one in signed for name in one.agencies)),
        images=_once(images),
        published=entry.published,
        updated=entry.updated,
        topics=entry.topics,
        language=language_code(entry.language),
        rights=entry.rights,
        origins=_ORIGINS,
        verdicts=lambda: _verdicts(standfirst, body),
    )


def _parts(entry: _Entry) -> tuple[str | None, tuple[Block, ...]]:
    """The standfirst and the body."""
    summary = " ".join(block.text for block in entry.summary.blocks)
    if entry.content.blocks:
        repeats = summary and _begins(entry.content, summary)
        return (None if repeats else clean_line(summary) or None), entry.content.blocks
    if len(entry.summary.blocks) > 1 or len(summary) > _TEASER:
        return None, entry.summary.blocks
    return clean_line(summary) or None, ()


def _begins(content: Fragment, summary: str) -> bool:
    """Whether the summary is only the content's own beginning."""
    text = " ".join(block.text for block in content.blocks)
    return text.startswith(summary.rstrip(" .…[]")[:_TEASER])


def _once(images: Iterable[Image]) -> tuple[Image, ...]:
    """One image for each address, the one with a caption first."""
    by_url: dict[str | None, Image] = {}
    for image in images:
        known = by_url.get(image.url, image)
        best = image if image.caption and not known.caption else known
        by_url[image.url] = replace(
            best,
            media_type=known.media_type or image.media_type,
            length=known.length or image.length,
        )
    return tuple(by_url.values())


def _verdicts(standfirst: str | None, body: tuple[Block, ...]) -> Iterator[Verdict]:
    if standfirst:
        yield Verdict(standfirst, "standfirst", reason="the feed's summary")
    for block in body:
        yield Verdict(block.text, block.kind, reason="the feed's content")


def _xml_entry(raw: bytes, context: Context) -> _Entry:
    # a stream: feedparser would take a string for an address and fetch it
    parsed = feedparser.parse(
        io.BytesIO(raw), sanitize_html=False, resolve_relative_uris=False, response_headers={}
    )
    if len(parsed.entries) != 1:
        raise ParseError("the entry is damaged", "write the feed anew")
    entry, feed = parsed.entries[0], parsed.feed
    home = absolute(feed.get("link"), None)
    url = absolute(entry.get("link"), home)
    base = url or home
    return _Entry(
        title=_line(entry.get("title_detail")),
        url=url,
        content=_longest([_fragment(part, base) for part in entry.get("content", ())]),
        summary=_fragment(entry.get("summary_detail"), base),
        authors=_names(_authors(entry, feed)),
        published=_moment(entry, ("published", "created"), context),
        updated=_moment(entry, ("updated",), context),
        topics=_names(tag.get("label") or tag.get("term") for tag in entry.get("tags", ())),
        images=tuple(_media(entry, base)),
        source=_line(feed.get("title_detail")),
        language=clean_line(str(feed.get("language") or "")),
        rights=notice(*(_line(home.get("rights_detail")) for home in (entry, feed))),
    )


def _authors(entry: Any, feed: Any) -> Iterator[object]:
    """The entry's authors, or else the feed's."""
    for home in (entry, feed):
        names = [one.get("name") for one in home.get("authors", ()) if one.get("name")]
        if names:
            yield from names
            return


def _moment(entry: Any, names: tuple[str, ...], context: Context) -> datetime | date | None:
    for name in names:
        if name not in entry:  # asked for "updated", feedparser would answer with "published"
            continue
        if found := moment(entry.get(name), context):
            return found
        if parts := entry.get(f"{name}_parsed"):
            return moment(timegm(parts), context)
    return None


def _media(entry: Any, base: str | None) -> Iterator[Image]:
    credit = clean_line(
        " ".join(str(one.get("content", "")) for one in entry.get("media_credit", ()))
    )
    for part in (*entry.get("media_content", ()), *entry.get("enclosures", ())):
        kind = str(part.get("type", ""))
        url = absolute(part.get("url") or part.get("href"), base)
        if url and (kind.startswith("image/") or part.get("medium") == "image"):
            length = length_of(part.get("filesize") or part.get("length"))
            yield Image(None, credit or None, url, image_type(kind), length)
    if not entry.get("media_content"):
        for part in entry.get("media_thumbnail", ()):
            if url := absolute(part.get("url"), base):
                yield Image(url=url, credit=credit or None)


def _json_entry(raw: bytes, context: Context) -> _Entry:
    """JSON Feed 1.1; 1.0 has `author` for `authors`."""
    feed = orjson.loads(raw)
    (item,) = feed["items"]
    home = absolute(feed.get("home_page_url"), None)
    url = absolute(item.get("url"), home) or absolute(item.get("external_url"), home)
    content = _text(item, "content_html")
    return _Entry(
        title=clean_line(_text(item, "title")),
        url=url,
        content=(
            blocks_of(fragment(content), url or home)
            if content
            else Fragment(plain_blocks(clean(_text(item, "content_text"))))
        ),
        summary=Fragment(plain_blocks(clean(_text(item, "summary")))),
        authors=_names(_json_authors(item) or _json_authors(feed)),
        published=moment(item.get("date_published"), context),
        updated=moment(item.get("date_modified"), context),
        topics=_names(_listed(item.get("tags"))),
        images=tuple(_json_images(item, url or home)),
        source=clean_line(_text(feed, "title")),
        language=clean_line(_text(item, "language") or _text(feed, "language")),
    )


def _json_images(item: Mapping[str, Any], base: str | None) -> Iterator[Image]:
    """The item's image and the attachments that are one."""
    if picture := absolute(item.get("image") or item.get("banner_image"), base):
        yield Image(url=picture)
    for part in _listed(item.get("attachments"))[:_MOST_NAMES]:
        if not isinstance(part, dict) or (kind := image_type(part.get("mime_type"))) is None:
            continue
        if url := absolute(part.get("url"), base):
            yield Image(url=url, media_type=kind, length=length_of(part.get("size_in_bytes")))


def _json_authors(home: Mapping[str, Any]) -> list[object]:
    authors = [*_listed(home.get("authors")), home.get("author")]
    return [one.get("name") for one in authors if isinstance(one, dict) and one.get("name")]


def _text(home: Mapping[str, Any], name: str) -> str:
    value = home.get(name)
    return value if isinstance(value, str) else ""


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _fragment(detail: Any, base: str | None) -> Fragment:
    """A text construct of feedparser's: its value is HTML unless it says that it is plain."""
    value = str((detail or {}).get("value") or "")
    if (detail or {}).get("type") == _PLAIN and "<" not in value:
        return Fragment(plain_blocks(clean(value)))
    inner = absolute((detail or {}).get("base"), base)
    return blocks_of(fragment(value), inner or base) if value else Fragment()


def _line(detail: Any) -> str:
    """A text construct as one line."""
    return clean_line(" ".join(block.text for block in _fragment(detail, None).blocks))


def _longest(fragments: list[Fragment]) -> Fragment:
    return max(
        fragments, key=lambda one: sum(len(block.text) for block in one.blocks), default=Fragment()
    )


def _names(values: Iterable[object]) -> tuple[str, ...]:
    """Cleaned names without repeats."""
    names = (clean_line(value)[:200] for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(name for name in names if name))[:_MOST_NAMES]
