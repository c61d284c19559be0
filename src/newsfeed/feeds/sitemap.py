"""Sitemaps (sitemaps.org, protocol 0.9): the site's pages, for search engines.

In: pages with their absolute URLs. Out: UTF-8 XML documents. Called by `web.sitemaps`.

A sitemap may name only pages below its own folder, and at most 50,000; Google's news sitemap
(schemas/sitemap-news/0.9) at most 1,000 articles of the last two days. An optional `changefreq` or
`priority` is not written: crawlers ignore what every site overstates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml.etree import Element, ElementTree, SubElement, _Element, tostring

from newsfeed.feeds.dates import rfc3339
from newsfeed.feeds.text import UNTITLED, line

MEDIA_TYPE = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
MAX_NEWS = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or in an index a sitemap: its URL and when it last changed, where that is known."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewsPage:
    """An article's page; `language` is a language tag (RFC 5646)."""

    url: str
    title: str
    language: str
    published: datetime


def render_sitemap(pages: Iterable[Page]) -> bytes:
    """The sitemap of these pages."""
    return _document("urlset", "url", pages)


def render_sitemap_index(sitemaps: Iterable[Page]) -> bytes:
    """The index of these sitemaps."""
    return _document("sitemapindex", "sitemap", sitemaps)


def render_news_sitemap(publication: str, pages: Iterable[NewsPage]) -> bytes:
    """Google's news sitemap of these articles, which `publication` brings."""
    root = _root("urlset", {None: NAMESPACE, "news": NEWS})
    for page in pages:
        url = _child(root, NAMESPACE, "url")
        _child(url, NAMESPACE, "loc", line(page.url))
        news = _child(url, NEWS, "news")
        paper = _child(news, NEWS, "publication")
        _child(paper, NEWS, "name", line(publication) or UNTITLED)
        _child(paper, NEWS, "language", news_language(page.language))
        _child(news, NEWS, "publication_date", rfc3339(page.published))
        _child(news, NEWS, "title", line(page.title) or UNTITLED)
    return _written(root)


def news_language(tag: str) -> str:
    """The language as a news sitemap names it: by two or three letters, Chinese by its script."""
    primary, *subtags = tag.lower().split("-")
    if primary == "zh":
        return "zh-tw" if {"tw", "hk", "hant"} & set(subtags) else "zh-cn"
    return primary


def _document(root_name: str, name: str, pages: Iterable[Page]) -> bytes:
    root = _root(root_name, {None: NAMESPACE})
    for page in pages:
        element = _child(root, NAMESPACE, name)
        _child(element, NAMESPACE, "loc", line(page.url))
        if page.changed is not None:
            _child(element, NAMESPACE, "lastmod", rfc3339(page.changed))
    return _written(root)


def _root(name: str, namespaces: dict[str | None, str]) -> _Element:
    # the stubs do not know that None stands for the default namespace
    return Element(f"{{{NAMESPACE}}}{name}", None, namespaces)  # type: ignore[arg-type]


def _child(parent: _Element, namespace: str, name: str, text: str | None = None) -> _Element:
    element = SubElement(parent, f"{{{namespace}}}{name}")
    element.text = text
    return element


def _written(root: _Element) -> bytes:
    return tostring(ElementTree(root), encoding="UTF-8", xml_declaration=True, pretty_print=True)
