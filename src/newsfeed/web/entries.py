"""Entries: an article as a feed says it, its text as clean HTML.

In: articles. Out: `feeds.Entry` values. Called by `web.feeds`. The HTML comes from the template
`entry.html` and then goes through an allow-list: it will be shown inside other people's programs.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from textwrap import shorten

import nh3
from jinja2 import Environment

from newsfeed.article import Article, Related
from newsfeed.feeds import Category, Entry
from newsfeed.slugs import slug
from newsfeed.web.blocks import INLINE, SCHEMES
from newsfeed.web.links import Links, public_url

TEMPLATE = "entry.html"
TEMPLATES = (TEMPLATE, "blocks.html")
"""All that an entry's HTML is made from."""
SUMMARY = 300
"""Characters that stand for an article without a standfirst in a feed of summaries."""
_TAGS = {
    *("blockquote", "figcaption", "figure", "h2", "img", "li", "p", "time", "ul"),
    *INLINE,
}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "time": {"datetime"}}


def entry(article: Article, links: Links, templates: Environment, full: bool) -> Entry:
    """The article's entry; without `full` it has a summary only. The register has dated it."""
    shown = _public(article)
    return Entry(
        id=article.id,
        url=links.article(article),
        title=article.headline,
        published=article.date,
        updated=article.updated or article.date,
        summary=article.standfirst or (None if full else _beginning(article)),
        content=_content(shown, templates) if full else None,
        authors=article.authors,
        categories=_categories(article, links),
        images=shown.images,
        related=tuple(chain.from_iterable(box.links for box in shown.related)),
        source=article.source,
        language=article.language,
        note=article.correction.text if article.correction else None,
    )


def _beginning(article: Article) -> str | None:
    return shorten(article.text[: 2 * SUMMARY], SUMMARY, placeholder=" …") or None


def _content(article: Article, templates: Environment) -> str:
    written = templates.get_template(TEMPLATE).render(article=article)
    return nh3.clean(written, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(SCHEMES))


def _categories(article: Article, links: Links) -> tuple[Category, ...]:
    return tuple(
        Category(term=slug(name), label=name, scheme=links.absolute(f"/feeds#{kind}"))
        for kind, names in (
            ("sections", (article.section,)),
            ("topics", article.topics),
            ("agencies", article.agencies),
        )
        for name in names
        if name
    )


def _public(article: Article) -> Article:
    """The article with web addresses only: pictures lose any other, links need one."""
    images = tuple(replace(image, url=public_url(image.url)) for image in article.images)
    boxes = (
        Related(box.header, tuple(link for link in box.links if public_url(link.url)))
        for box in article.related
    )
    return replace(article, images=images, related=tuple(box for box in boxes if box.links))
