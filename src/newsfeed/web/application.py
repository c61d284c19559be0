"""Application: the routes, limits and errors of the site become one WSGI application.

In: Settings and a SearchIndex. Out: an APIFlask application. Called by `create_app`.
"""

from __future__ import annotations

from apiflask import APIFlask

from newsfeed import __version__
from newsfeed.search import open_index
from newsfeed.search.interface import SearchIndex
from newsfeed.settings import Settings
from newsfeed.web import api, preflight, problems, protection, tracking
from newsfeed.web.discovery import discovery
from newsfeed.web.feed_pages import feed_pages
from newsfeed.web.front import Front
from newsfeed.web.layout import error_page
from newsfeed.web.operations import operations
from newsfeed.web.pages import pages
from newsfeed.web.site import EXTENSION, open_site
from newsfeed.web.syndication import syndication

_YEAR = 31_536_000


def build(settings: Settings, index: SearchIndex | None) -> APIFlask:
    """The application. It opens nothing that is not there: a missing index is a 503 until it is."""
    app = APIFlask(
        "newsfeed.web",
        title=settings.title,
        version=__version__,
        spec_path=None,
        docs_path=None,
        json_errors=False,
        enable_openapi=False,
    )
    app.config.update(_CONFIG)
    app.url_map.merge_slashes = False  # its redirect would repeat the Host header
    app.description = settings.description
    app.servers = [{"url": settings.site_url}]
    app.extensions[EXTENSION] = open_site(settings, index or open_index(settings))
    tracking.install(app, (pages.name, feed_pages.name))
    protection.install(app)
    preflight.install(app)
    problems.install(app, error_page)
    for routes in (pages, feed_pages, syndication, discovery, api.api, operations):
        app.register_blueprint(routes)
    with app.app_context():
        api.describe(app)
    site = app.extensions[EXTENSION]
    front = Front(app.wsgi_app, site.index)
    app.wsgi_app = protection.Mounted(front, site.links.prefix)  # type: ignore[method-assign]
    return app


_CONFIG = {
    "PROVIDE_AUTOMATIC_OPTIONS": False,
    "SEND_FILE_MAX_AGE_DEFAULT": _YEAR,  # their addresses change when they do
    "VALIDATION_ERROR_STATUS_CODE": 400,
    "AUTO_VALIDATION_ERROR_RESPONSE": False,
    "AUTO_404_RESPONSE": False,
    "AUTO_SERVERS": False,
}
