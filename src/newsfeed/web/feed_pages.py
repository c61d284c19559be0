"""Feed pages: what a feed is and how to subscribe to it, for people.

In: requests for a feed's name without an ending. Out: HTML. Browsers show feeds no longer, so each
has such a page beside it: what it brings, its addresses to copy, its options, its archive.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from newsfeed.feed_names import MAX_ENTRIES
from newsfeed.web.directory import LATEST, groups
from newsfeed.web.feed_view import CONTENTS, UPDATES, FeedView
from newsfeed.web.layout import page
from newsfeed.web.links import feed_page_path
from newsfeed.web.parameters import BadParameters, FeedParameters, FeedSearch, Parameters
from newsfeed.web.selections import Selection
from newsfeed.web.site import site

feed_pages = APIBlueprint("feed_pages", __name__, enable_openapi=False)


@feed_pages.get("/feeds")
@feed_pages.input(Parameters, location="query")
def show_feeds(query_data: Parameters) -> Response:  # noqa: ARG001
    """All feeds there are, and what to do with them."""
    withdrawn = site().settings.withdrawn_feeds
    listed = groups(site().catalogue, withdrawn)
    latest = LATEST if LATEST.name not in withdrawn else None
    return page("feeds.html", "/feeds", groups=listed, latest=latest)


@feed_pages.get("/feeds/<path:name>")
@feed_pages.input(FeedParameters, location="query")
def show_feed(name: str, query_data: FeedParameters) -> BaseResponse:
    """Any feed but a search's; archives, too ("latest/2022-02")."""
    selection = site().newsstand.select(name, query_data.options())
    if selection.path_name != name:
        path = feed_page_path(selection.path_name, selection.options)
        return redirect(site().links.href(path), 301)
    return _page(selection)


@feed_pages.get("/feeds/search")
@feed_pages.input(FeedSearch, location="query")
def show_search_feed(query_data: FeedSearch) -> Response:
    """The feed of any search; what its later pages hold, the search shows better."""
    if query_data.cursor:
        raise BadParameters([("cursor", "ist hier kein bekannter Parameter")])
    return _page(site().newsstand.select_search(query_data))


def _page(selection: Selection) -> Response:
    view = FeedView(selection, site().index)
    return page(
        "feed.html",
        view.path,
        [selection],
        view=view,
        contents=CONTENTS,
        updates=UPDATES,
        most=MAX_ENTRIES,
    )
