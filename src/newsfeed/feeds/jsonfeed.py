"""JSON Feed 1.1 (jsonfeed.org/version/1.1), with what it lacks under `_newsfeed`.

In: a cleaned `Feed`. Out: a UTF-8 JSON document. Called by `render`.

`_newsfeed` holds every image with caption and credit (also those without a URL), the paper, the
update or correction mark, the related links and the categories with their schemes. Nothing that
is absent is written. There are no attachments, for the reason given in `extensions`.
"""

from __future__ import annotations

from typing import Any

import orjson

from newsfeed.feeds.dates import rfc3339
from newsfeed.feeds.feed import Entry, Feed

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed document."""
    document = _present(
        version=VERSION,
        title=feed.title,
        home_page_url=feed.page_url,
        feed_url=feed.self_urls.get("json"),
        description=feed.subtitle,
        next_url=feed.next_url,
        icon=feed.icon_url,
        language=feed.language,
        authors=[{"name": feed.title}],
        _newsfeed={"id": feed.id, "updated": rfc3339(feed.updated)},
    )
    document["items"] = [_item(entry, feed.language) for entry in feed.entries]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


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
        _newsfeed=_extras(entry),
    )


def _extras(entry: Entry) -> dict[str, Any]:
    return _present(
        source=entry.source,
        note=entry.note,
        images=[
            _present(url=image.url, caption=image.caption, credit=image.credit)
            for image in entry.images
        ],
        related=[_present(title=link.title, url=link.url) for link in entry.related],
        categories=[
            {"term": category.term, "label": category.label, "scheme": category.scheme}
            for category in entry.categories
        ],
    )


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
