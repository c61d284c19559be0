"""Rendering: the templates, the only place where HTML is made.

In: a template's name and values. Out: text. Called by `layout`, `entries` and `syndication`.
Everything is escaped; a name that a template uses and nobody gave is an error.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from newsfeed.article import Article
from newsfeed.feeds import FORMATS, Format
from newsfeed.feeds.links import MEDIA_TYPES
from newsfeed.search.interface import Snippet
from newsfeed.settings import Settings
from newsfeed.slugs import slug
from newsfeed.web import german
from newsfeed.web.blocks import parts
from newsfeed.web.links import (
    Links,
    article_path,
    feed_page_path,
    listing_path,
    public_url,
    search_path,
)

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
LABELS: dict[Format, str] = {"atom": "Atom", "rss": "RSS", "json": "JSON"}


def environment(settings: Settings) -> Environment:
    """The templates with this site's links, names and time zone."""
    links = Links(settings.site_url)
    templates = Environment(
        loader=PackageLoader("newsfeed.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_straight,
        auto_reload=False,
    )
    templates.filters |= {
        "day_and_time": partial(german.day_and_time, zone=settings.zone),
        "iso": lambda instant: instant.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "moment": partial(german.moment, zone=settings.zone),
        "number": german.number,
        "parts": parts,
        "public_url": public_url,
        "slug": slug,
        "own_kicker": own_kicker,
        "passages": passages,
        "shown_image": shown_image,
    }
    templates.globals |= {
        "settings": settings,
        "href": links.href,
        "absolute": links.absolute,
        "article_path": article_path,
        "feed_page_path": feed_page_path,
        "listing_path": listing_path,
        "search_path": search_path,
        "count": german.count,
        "feed_formats": [(format, MEDIA_TYPES[format], LABELS[format]) for format in FORMATS],
        "static_path": static_path,
    }
    return templates


def passages(snippet: Snippet) -> list[tuple[str, bool]]:
    """The snippet in pieces, each with whether it matches; joined they are its text."""
    pieces = []
    end = 0
    for start, stop in snippet.highlights:
        pieces += [(snippet.text[end:start], False), (snippet.text[start:stop], True)]
        end = stop
    pieces.append((snippet.text[end:], False))
    return [piece for piece in pieces if piece[0]]


def own_kicker(article: Article) -> str | None:
    """The kicker, unless it only repeats the section, which stands beside it anyway."""
    if article.kicker and article.section and slug(article.kicker) == slug(article.section):
        return None
    return article.kicker


def shown_image(url: str | None) -> str | None:
    """The picture's address if a page may show it: the content policy allows https only."""
    public = public_url(url)
    return public if public and public.startswith("https:") else None


def _straight(value: object) -> object:
    # left open, these would turn round the text beside a title (Unicode UAX 9)
    if isinstance(value, str) and not isinstance(value, Markup):
        return _TURNING.sub("", value)
    return value


@cache
def static_path(name: str) -> str:
    """The path of a static file, which changes when the file does: it may be kept for ever."""
    raw = files("newsfeed.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(raw).hexdigest()[:12]}"
