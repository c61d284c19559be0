"""Site: the parts that a request needs, made once with the application.

In: settings and an index. Out: one frozen value that every route asks `site()` for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from jinja2 import Environment

from newsfeed.change_log import ChangeLog
from newsfeed.likeness.duplicates import DuplicateReader
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.encodings import PackedBodies
from newsfeed.web.links import Links
from newsfeed.web.newsstand import Newsstand
from newsfeed.web.rendering import environment
from newsfeed.web.sitemaps import Sitemaps
from newsfeed.web.subscriptions import Subscriptions
from newsfeed.withdrawals import RegisterReader

EXTENSION = "newsfeed"
_PACKED_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class Site:
    """What serves one site. Every part is safe to share between threads."""

    settings: Settings
    index: SearchIndex
    register: RegisterReader
    changes: ChangeLog
    duplicates: DuplicateReader
    links: Links
    templates: Environment
    catalogue: Catalogue
    newsstand: Newsstand
    sitemaps: Sitemaps
    subscriptions: Subscriptions
    bodies: PackedBodies
    clock: Callable[[], datetime]


def open_site(settings: Settings, index: SearchIndex) -> Site:
    """The parts, put together."""
    templates = environment(settings)
    catalogue = Catalogue(index)
    register = RegisterReader(settings.register_path)
    return Site(
        settings=settings,
        index=index,
        register=register,
        changes=ChangeLog(settings.register_path),
        duplicates=DuplicateReader(settings.register_path),
        links=Links(settings.site_url),
        templates=templates,
        catalogue=catalogue,
        newsstand=Newsstand(index, settings, catalogue, templates, register),
        sitemaps=Sitemaps(index, settings, catalogue),
        subscriptions=Subscriptions(index, settings, catalogue),
        bodies=PackedBodies(_PACKED_BYTES),
        clock=lambda: datetime.now(UTC),
    )


def site() -> Site:
    """The site of the application that handles the current request."""
    found: Site = current_app.extensions[EXTENSION]
    return found
