"""Pages: what a person sees in a browser, without scripts.

In: requests. Out: HTML from the templates. Every page names its feeds (autodiscovery) and says
nothing that depends on the clock, so that equal pages are equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from apiflask import APIBlueprint
from flask import Response, redirect
from werkzeug.wrappers import Response as BaseResponse

from newsfeed.article import Article
from newsfeed.feed_names import Kind, liveblog_name
from newsfeed.search.interface import Facet, Hit, Query
from newsfeed.slugs import slug
from newsfeed.web.catalogue import FACETS, listing_query
from newsfeed.web.duplicates import likenesses, twins
from newsfeed.web.finding import find
from newsfeed.web.layout import offered, page
from newsfeed.web.links import article_path
from newsfeed.web.newsstand import NoSuchFeed, WithdrawnFeed
from newsfeed.web.parameters import (
    MAX_NAME,
    MAX_PAGE,
    PAGE_SIZE,
    ListingPage,
    PageSearch,
    Parameters,
)
from newsfeed.web.problems import not_found
from newsfeed.web.search_page import SearchView
from newsfeed.web.site import site

pages = APIBlueprint("pages", __name__, enable_openapi=False)

MORE = 4
"""Other articles of the section under an article."""
TWINS = 10
"""Articles with nearly the same text that are named under an article, the first published ones."""
LABELS: dict[Kind, str] = {
    "sections": "Ressort",
    "authors": "Artikel von",
    "agencies": "Mit Material von",
    "sources": "Quelle",
    "topics": "Thema",
}
_TOKEN = re.compile(r"[a-z2-7]{16}")


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a listing stands: the page's number, the last one's, its path and the neighbours'."""

    number: int
    last: int
    here: str
    newer: str | None
    older: str | None


@pages.get("/")
@pages.input(Parameters, location="query")
def home(query_data: Parameters) -> Response:  # noqa: ARG001
    """The newest articles."""
    results = site().index.search(Query(sort="newest", limit=PAGE_SIZE))
    return page("home.html", "/", hits=results.hits, total=results.total)


@pages.get("/search")
@pages.input(PageSearch, location="query")
def search(query_data: PageSearch) -> Response:
    """The search form with its results."""
    results = site().index.search(query_data.page_query(site().settings.zone))
    view = SearchView(query_data, results, site().catalogue)
    selection = site().newsstand.select_search(query_data.feed())
    paging = _paging(query_data.page, results.total, lambda number: view.path(page=number))
    return page(
        "search.html",
        selection.page_path,
        [selection],
        canonical=paging.here if paging.number > 1 else None,
        view=view,
        results=results,
        paging=paging,
    )


@pages.get("/<any(sections, authors, agencies, sources, topics):kind>/<name>")
@pages.input(ListingPage, location="query")
def show_listing(kind: Kind, name: str, query_data: ListingPage) -> BaseResponse:
    """The articles of a section, author, agency, paper or topic, the newest first."""
    known = _known(kind, name)
    path = f"/{kind}/{known.slug}"
    if name != known.slug:
        return _moved(path)
    query = replace(listing_query(kind, known.slug), sort="newest", limit=PAGE_SIZE)
    results = site().index.search(replace(query, offset=(query_data.page - 1) * PAGE_SIZE))
    paging = _paging(query_data.page, results.total, lambda number: f"{path}?page={number}")
    feeds = offered(f"{kind}/{known.slug}")
    return page(
        "listing.html",
        path,
        feeds,
        canonical=paging.here if paging.number > 1 else None,
        label=LABELS[kind],
        known=known,
        filter=FACETS[kind],
        own_feed=feeds[0] if feeds else None,
        results=results,
        paging=paging,
    )


@pages.get("/articles/<name>")
@pages.input(Parameters, location="query")
def show_article(name: str, query_data: Parameters) -> BaseResponse:  # noqa: ARG001
    """An article; the token at the end of its name decides, the words before it may be old."""
    hit = _hit(name)
    article = hit.article
    path = article_path(article)
    if path != f"/articles/{name}":
        return _moved(path)
    alike = likenesses(site().duplicates, article)
    return page(
        "article.html",
        path,
        offered(*_feeds(article)),
        article=article,
        canonical_id=alike.canonical,
        twins=twins(alike.duplicates[:TWINS], site().index),
        more=_more(hit),
    )


def _known(kind: Kind, name: str) -> Facet:
    """The listing's value; one whose last article was withdrawn still has its feed, and a page."""
    canonical = slug(name) if len(name) <= MAX_NAME else ""
    known = site().catalogue.find(FACETS[kind], canonical)
    if known is not None:
        return known
    try:
        label = site().newsstand.select(f"{kind}/{canonical}").label
    except (NoSuchFeed, WithdrawnFeed):
        raise not_found(f"Zu „{name[:MAX_NAME]}“ gibt es keine Artikel.") from None
    return Facet(canonical, label, 0)


def _hit(name: str) -> Hit:
    token = name[-16:]
    if not _TOKEN.fullmatch(token):
        raise not_found("Diesen Artikel gibt es nicht.")
    return find(token)


def _feeds(article: Article) -> Iterator[str]:
    """The feeds that fit an article's page: its own if it is a live blog, that of its section."""
    if any(block.kind == "entry" for block in article.body):
        yield liveblog_name(article)
    if article.section:
        yield f"sections/{slug(article.section)}"


def _more(hit: Hit) -> list[Hit]:
    if hit.article.section is None:
        return []
    query = Query(section=slug(hit.article.section), sort="newest", limit=MORE + 1)
    others = [
        other for other in site().index.search(query).hits if other.article.id != hit.article.id
    ]
    return others[:MORE]


def _moved(path: str) -> BaseResponse:
    return redirect(site().links.href(path), 301)


def _paging(number: int, total: int, path: Callable[[int], str]) -> Paging:
    last = min(max(1, -(-total // PAGE_SIZE)), MAX_PAGE)
    if number > last:
        raise not_found(f"So viele Seiten gibt es nicht, die letzte ist Seite {last}.")
    return Paging(
        number,
        last,
        path(number),
        path(number - 1) if number > 1 else None,
        path(number + 1) if number < last else None,
    )
