"""API: search, articles and changes as JSON, described by OpenAPI 3.1.

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
from newsfeed.change_log import UnknownSequence
from newsfeed.feed_names import feed_path
from newsfeed.feeds.links import MEDIA_TYPES
from newsfeed.search.interface import FACET_NAMES, Query, Results
from newsfeed.web import api_schema
from newsfeed.web.changes import AfterChange, page_json, unknown_sequence
from newsfeed.web.duplicates import likenesses, twin_json, twins
from newsfeed.web.finding import find
from newsfeed.web.links import article_path
from newsfeed.web.parameters import ApiSearch, Parameters
from newsfeed.web.problems import Refused
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
    hit = find(id)
    links = site().links
    alike = likenesses(site().duplicates, hit.article)
    added = {
        "page": links.absolute(article_path(hit.article)),
        "canonical": alike.canonical,
        "duplicates": [twin_json(twin, links) for twin in twins(alike.duplicates, site().index)],
    }
    return _json(to_dict(hit.article) | added)


@api.get("/changes")
@api.input(AfterChange, location="query")
@api.doc(operation_id="changes", responses=api_schema.changes_responses())
def changes(query_data: AfterChange) -> Response:
    """Follow what changes

    Every creation, update and withdrawal in the order of their numbers, without gaps: whoever
    begins after 0 and follows `next` keeps a whole copy. An article fetched after its change was
    listed has the state that the change led to, or a later one; 410 says it is withdrawn. `next`
    is always there: on the final page, which has no Link header with rel="next", ask it again
    later, best with If-None-Match. 410 here ("unknown-sequence") says that the copy is of another
    register, so that it has to be made anew from `restart`.
    """
    # the index's number first: what the register has beyond it cannot be fetched yet
    upto = site().index.sequence()
    after, check, limit = query_data.after, query_data.check, query_data.limit
    try:
        page = site().changes.page(after, limit, upto, check)
    except UnknownSequence as error:
        raise Refused(unknown_sequence(error, site().links)) from error
    answer = page_json(page, limit, site().links)
    response = _json(answer)
    if not page.is_final:
        response.headers.add("Link", f'<{answer["next"]}>; rel="next"')
    return response


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
