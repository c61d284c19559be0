"""The peer of the feed writers: feedgen alone, used as its documentation shows.

In: a `Feed`. Out: Atom or RSS by feedgen. Called by `bench_feeds`. `rich` also uses feedgen's own
extensions for pictures and Dublin Core, to say as much of the same as feedgen can; captions,
credits, notes and links with attributes it has no words for.
"""

from __future__ import annotations

from typing import Any

from feedgen.feed import FeedGenerator

from newsfeed.feeds import Entry, Feed, Format


def render(feed: Feed, format: Format, rich: bool = False) -> bytes:
    """The feed as an Atom or RSS document."""
    generator = FeedGenerator()
    if rich:
        generator.load_extension("media")
        generator.load_extension("dc")
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
        if rich:
            _enrich(item, entry)
    return bytes(generator.atom_str() if format == "atom" else generator.rss_str())


def _enrich(item: Any, entry: Entry) -> None:
    item.rights(entry.rights)
    item.dc.dc_creator(list(entry.authors))
    item.dc.dc_publisher(entry.source)
    if entry.enclosure:
        one = entry.enclosure
        item.enclosure(one.url, str(one.length), one.media_type)
    for image in entry.images:
        if image.url:
            item.media.content(url=image.url, medium="image")
