"""Meta: what a page's meta and link tags say.

In: the tree of a page. Out: `Tags`, which answers by name, whatever vocabulary a paper uses (Open
Graph, Dublin Core, parsely, Sailthru, cXense, microdata). Called by `pagedata`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from newsfeed.parsing.context import Context
from newsfeed.parsing.pagedata.moments import Moment, finer, moment
from newsfeed.parsing.pagedata.wording import line

MAX_TAGS = 1_000
MAX_CONTENT = 3_000

Names = tuple[str, ...]

TITLE: Names = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "cxenseparse:title",
    "title",
)
AUTHOR: Names = (
    "article:author",
    "author",
    "authors",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "dc.creator",
    "dcterms.creator",
    "dc:creator",
    "byl",
    "byline",
    "og:article:author",
    "creator",
    "twitter:creator:name",
)
PUBLISHED: Names = (
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "article:published:time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dcterms.created",
    "dc.date.created",
    "date.available",
    "dcterms.issued",
    "published_time",
    "publishdate",
    "pubdate",
    "publish-date",
    "published",
    "dc.date",
    "date",
    "cxenseparse:recs:publishtime",
    "date.created",
    "dcterms.date",
    "dc:date",
    "dc.date.issued",
    "datecreated",
    "uploaddate",
    "release_date",
    "og:published_time",
)
UPDATED: Names = (
    "article:modified_time",
    "article:modified:time",
    "datemodified",
    "og:updated_time",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "date.modified",
    "date.updated",
    "article:modified",
    "modified_time",
    "lastmod",
)
SECTION: Names = (
    "article:section",
    "og:article:section",
    "og:section",
    "parsely-section",
    "articlesection",
    "cxenseparse:section",
    "section",
    "dc.subject",
)
TOPICS: Names = (
    "article:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "keywords",
    "dc.subject",
)
SOURCE: Names = (
    "og:site_name",
    "application-name",
    "publisher",
    "dc.publisher",
)
DESCRIPTION: Names = (
    "og:description",
    "description",
    "dc.description",
    "twitter:description",
)
IMAGE: Names = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
)
RIGHTS: Names = (
    "copyright",
    "dcterms.rights",
    "dc.rights",
    "dcterms.rightsholder",
    "rights",
)
LANGUAGE: Names = (
    "og:locale",
    "language",
    "content-language",
    "dc.language",
    "inlanguage",
)


@dataclass(frozen=True, slots=True)
class Tags:
    """Contents of meta tags by lower-case name, in the page's order."""

    contents: Mapping[str, tuple[str, ...]]

    def all(self, names: Names) -> Iterator[str]:
        """The contents of tags with these names, by the order of the names."""
        for name in names:
            yield from self.contents.get(name, ())

    def first(self, names: Names, limit: int = 1_000) -> str | None:
        """The first content that says anything, cleaned."""
        return next((text for content in self.all(names) if (text := line(content, limit))), None)

    def moment(self, names: Names, context: Context) -> Moment | None:
        """The first date; a later one of the same day stands in for it if it knows the hour."""
        found: Moment | None = None
        for content in self.all(names):
            other = moment(content, context)
            if other is None:
                continue
            if found is None:
                found = other
            found = finer(found, other, context)
        return found


def read_tags(root: HtmlElement) -> Tags:
    """The meta tags of a page."""
    contents: dict[str, list[str]] = {}
    for tag in islice(root.iter("meta"), MAX_TAGS):
        content = tag.get("content") or tag.get("value")
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := (tag.get(attribute) or "").strip().lower():
                contents.setdefault(name, []).append(content[:MAX_CONTENT])
                break
    return Tags({name: tuple(found) for name, found in contents.items()})
