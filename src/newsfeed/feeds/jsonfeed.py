"""JSON Feed 1.1 (jsonfeed.org/version/1.1), with what it lacks under `_newsfeed`.

In: a cleaned `Feed`. Out: a UTF-8 JSON document. Called by `render`.

A feed's `_newsfeed` holds its id, its change date, its rights, its links to other documents, what a
search found and what was taken back; an entry's every image with caption and credit (also those
without a URL), the paper, the rights, the update or correction mark, the related links and the
categories with their schemes. Nothing that is absent is written.

`next_url` is where older entries are: a search's next page or the archive before this document. An
archive is `expired`: nothing will be added to it, and to poll it is in vain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from newsfeed.article import Image
from newsfeed.feeds.dates import rfc3339
from newsfeed.feeds.feed import Deletion, Enclosure, Entry, Feed, Found, Relation
from newsfeed.feeds.links import image_type

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed document, its head in lines and each item in one."""
    links = {relation: urls["json"] for relation, urls in feed.links.items() if "json" in urls}
    document = _present(
        version=VERSION,
        title=feed.title,
        home_page_url=feed.page_url,
        feed_url=feed.self_urls.get("json"),
        description=feed.subtitle,
        next_url=links.get("next") or links.get("prev-archive"),
        icon=feed.icon_url,
        language=feed.language,
        authors=[{"name": feed.title}],
        expired=feed.archive,
        hubs=[{"type": "WebSub", "url": feed.hub}] if feed.hub else None,
        _newsfeed=_head(feed, links),
    )
    document["items"] = [
        orjson.Fragment(orjson.dumps(_item(entry, feed.language))) for entry in feed.entries
    ]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _head(feed: Feed, links: Mapping[Relation, str]) -> dict[str, Any]:
    return _present(
        id=feed.id,
        updated=rfc3339(feed.updated),
        rights=feed.rights,
        complete=feed.complete,
        archive=feed.archive,
        links=links,
        found=_found(feed.found) if feed.found else None,
        deleted=list(map(_deleted, feed.deletions)),
    )


def _found(found: Found) -> dict[str, Any]:
    shown = {"terms": found.terms, "total": found.total, "page_size": found.page_size}
    return shown if found.start is None else {**shown, "start": found.start}


def _deleted(deletion: Deletion) -> dict[str, Any]:
    return _present(id=deletion.id, at=rfc3339(deletion.at), reason=deletion.reason)


def _item(entry: Entry, feed_language: str) -> dict[str, Any]:
    return _present(
        id=entry.id,
        url=entry.url,
        title=entry.title,
        content_html=entry.content,
        # one of the two is required; a feed of summaries has only the summary to say
        content_text=None if entry.content else entry.summary or entry.title,
        summary=entry.summary,
        image=next((image.url for image in entry.images if image.url), None),
        date_published=rfc3339(entry.published),
        date_modified=rfc3339(entry.updated),
        authors=[{"name": name} for name in entry.authors],
        tags=list(dict.fromkeys(category.label for category in entry.categories)),
        language=entry.language if entry.language != feed_language else None,
        attachments=[_attachment(entry.enclosure)] if entry.enclosure else None,
        _newsfeed=_extras(entry),
    )


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return _present(
        url=enclosure.url, mime_type=enclosure.media_type, size_in_bytes=enclosure.length
    )


def _extras(entry: Entry) -> dict[str, Any]:
    return _present(
        source=entry.source,
        rights=entry.rights,
        note=entry.note,
        images=list(map(_image, entry.images)),
        related=[_present(title=link.title, url=link.url) for link in entry.related],
        categories=[
            {"term": category.term, "label": category.label, "scheme": category.scheme}
            for category in entry.categories
        ],
    )


def _image(image: Image) -> dict[str, Any]:
    return _present(
        url=image.url,
        caption=image.caption,
        credit=image.credit,
        media_type=image.media_type or (image_type(image.url) if image.url else None),
        length=image.length,
    )


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
