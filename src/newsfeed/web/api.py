"""API: search and articles as JSON, described by OpenAPI 3.1.

In: requests. Out: JSON; errors are problems (RFC 9457). Answers are written straight from the
values, so that describing them costs nothing at run time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app

from newsfeed.article import to_dict
from newsfeed.feeds.links import MEDIA_TYPES
from newsfeed.search.interface import FACET_NAMES, Query, Results
from newsfeed.web import api_schema
from newsfeed.web.duplicates import likenesses, twin_json, twins
from newsfeed.web.feeds import feed_path
from newsfeed.web.links import article_path
from newsfeed.web.parameters import ApiSearch, Parameters
from newsfeed.web.problems import not_found, withdrawn
from newsfeed.web.responses import open_to_all, respond
from newsfeed.web.results import results_json
from newsfeed.web.site import site

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="news")
JSON = "application/json"


@api.get("/search")
@api.input(ApiSearch, location="query")
@api.doc(operation_id="search", responses=api_schema.search_responses())
def search(query_data: ApiSearch) -> Response:
    """Search the articles

    Matches with snippets, facets over all matches, and the URL of the next page (also as a Link
    header with rel="next"). Paging by that URL neither skips nor repeats while the index changes.
    """
    results = site().index.search(_query(query_data))
    following = _following(query_data, results)
    response = _json(results_json(results, site().settings, following))
    name = site().newsstand.select_search(query_data.feed()).name
    feed = site().links.absolute(feed_path(name, "atom"))
    response.headers.add("Link", f'<{feed}>; rel="alternate"; type="{MEDIA_TYPES["atom"]}"')
    if following:
        response.headers.add("Link", f'<{following}>; rel="next"')
    return response


@api.get("/articles/<path:id>")
@api.input(Parameters, location="query")
@api.doc(operation_id="article", responses=api_schema.article_responses())
def article(id: str, query_data: Parameters) -> Response:  # noqa: ARG001
    """Get an article

    The whole article under its field names. `id` is its permanent tag: URI, or the token at the end
    of its page's address. `duplicates` are articles with nearly the same text, the first published
    first and at most fifty; `canonical` is the id of the first of all of them and this article.
    """
    hit = site().index.get(id)
    if hit is None:
        withdrawal = site().register.withdrawal(id)
        raise withdrawn(withdrawal) if withdrawal else not_found("Diesen Artikel gibt es nicht.")
    links = site().links
    alike = likenesses(site().duplicates, hit.article)
    added = {
        "page": links.absolute(article_path(hit.article)),
        "canonical": alike.canonical,
        "duplicates": [twin_json(twin, links) for twin in twins(alike.duplicates, site().index)],
    }
    return _json(to_dict(hit.article) | added)


@api.get("/openapi.json")
@api.input(Parameters, location="query")
@api.doc(hide=True)
def openapi(query_data: Parameters) -> Response:  # noqa: ARG001
    """The description of this API."""
    return open_to_all(respond(current_app.extensions[DESCRIPTION], JSON))


DESCRIPTION = "newsfeed.openapi"


def describe(app: APIFlask) -> None:
    """Writes the OpenAPI document, once all routes are there."""
    spec = app.spec
    assert isinstance(spec, dict)  # SPEC_FORMAT is JSON
    spec.setdefault("components", {})["schemas"] = api_schema.components()
    app.extensions[DESCRIPTION] = orjson.dumps(spec)


def _query(search: ApiSearch) -> Query:
    return replace(
        search.query(site().settings.zone),
        sort=search.sort,
        limit=search.limit,
        offset=0 if search.cursor else (search.page - 1) * search.limit,
        cursor=search.cursor or None,
        facets=FACET_NAMES,
        snippets=True,
    )


def _following(search: ApiSearch, results: Results) -> str | None:
    if results.next is None:
        return None
    parameters = search.canonical() | {
        "q": search.q,  # as it was: a cursor belongs to one text
        "sort": search.sort,
        "limit": str(search.limit),
        "cursor": results.next,
    }
    return site().links.absolute(f"/api/v1/search?{urlencode(parameters)}")


def _json(body: dict[str, Any]) -> Response:
    return open_to_all(respond(orjson.dumps(body), JSON))
