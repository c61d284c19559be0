"""Operations: is the process alive, and can it serve?

In: requests of supervisors and load balancers. Out: a word as JSON, never to be kept by a cache.
"""

from __future__ import annotations

import orjson
from apiflask import APIBlueprint
from flask import Response

from newsfeed.search.interface import Query
from newsfeed.web.parameters import Parameters
from newsfeed.web.site import site

operations = APIBlueprint("operations", __name__, enable_openapi=False)


@operations.get("/healthz")
@operations.input(Parameters, location="query")
def alive(query_data: Parameters) -> Response:  # noqa: ARG001
    """The process answers."""
    return _say({"status": "ok"})


@operations.get("/readyz")
@operations.input(Parameters, location="query")
def ready(query_data: Parameters) -> Response:  # noqa: ARG001
    """The index answers; 503 where it does not."""
    sequence = site().index.sequence()
    results = site().index.search(Query(limit=0))
    return _say({"status": "ready", "sequence": sequence, "articles": results.total})


def _say(body: dict[str, str | int]) -> Response:
    response = Response(orjson.dumps(body), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
