"""The XML namespaces of feeds, their usual prefixes, and which of them a document needs.

In: a `Feed` and its format. Out: prefixes for the document's root. Called by the writers of Atom
and RSS. Declared is what is used: every reader has to make its way through the rest.
"""

from __future__ import annotations

from newsfeed.feeds.feed import Feed, Format

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
NEWSFEED = "tag:newsfeed.local,2026:feeds"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def prefixes(feed: Feed, format: Format) -> dict[str, str]:
    """The namespaces by prefix, but for those that feedgen declares itself."""
    wanted = {
        "at": TOMBSTONES if feed.deletions else None,
        "dc": DC if format == "rss" else None,
        "fh": HISTORY if feed.complete or feed.archive else None,
        "media": MEDIA,
        "newsfeed": NEWSFEED,
        "opensearch": OPENSEARCH if feed.found else None,
    }
    return {prefix: space for prefix, space in wanted.items() if space}
