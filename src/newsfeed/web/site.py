"""Site: the parts that a request needs, made once with the application.

In: settings and an index. Out: one frozen value that every route asks `site()` for.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from jinja2 import Environment

from newsfeed.likeness.duplicates import DuplicateReader
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.feeds import Newsstand
from newsfeed.web.links import Links
from newsfeed.web.rendering import environment
from newsfeed.withdrawals import RegisterReader

EXTENSION = "newsfeed"


@dataclass(frozen=True, slots=True)
class Site:
    """What serves one site. Every part is safe to share between threads."""

    settings: Settings
    index: SearchIndex
    register: RegisterReader
    duplicates: DuplicateReader
    links: Links
    templates: Environment
    catalogue: Catalogue
    newsstand: Newsstand


def open_site(settings: Settings, index: SearchIndex) -> Site:
    """The parts, put together."""
    templates = environment(settings)
    catalogue = Catalogue(index)
    return Site(
        settings=settings,
        index=index,
        register=RegisterReader(settings.register_path),
        duplicates=DuplicateReader(settings.register_path),
        links=Links(settings.site_url),
        templates=templates,
        catalogue=catalogue,
        newsstand=Newsstand(index, settings, catalogue, templates),
    )


def site() -> Site:
    """The site of the application that handles the current request."""
    found: Site = current_app.extensions[EXTENSION]
    return found
