"""The peer of the feed writers: feedgen alone, used as its documentation shows.

In: a `Feed`. Out: Atom or RSS by feedgen. Called by `bench_feeds`. It says less than newsfeed's
documents: no pictures, credits, links with attributes, authors in RSS, language or source.
"""

from __future__ import annotations

from feedgen.feed import FeedGenerator

from newsfeed.feeds import Feed, Format


def render(feed: Feed, format: Format) -> bytes:
    """The feed as an Atom or RSS document."""
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.description(feed.subtitle or feed.title)
    generator.link(href=feed.page_url, rel="alternate")
    generator.language(feed.language)
    generator.updated(feed.updated)
    for entry in feed.entries:
        item = generator.add_entry(order="append")
        item.id(entry.id)
        item.title(entry.title)
        item.link(href=entry.url)
        item.summary(entry.summary)
        item.content(entry.content, type="html")
        item.published(entry.published)
        item.updated(entry.updated)
        item.author([{"name": name} for name in entry.authors])
        item.category(
            [{"term": c.term, "scheme": c.scheme, "label": c.label} for c in entry.categories]
        )
    return bytes(generator.atom_str() if format == "atom" else generator.rss_str())
