"""Layout: what every page has round its own text: head, navigation, feeds.

In: a template and its values. Out: an HTML response. Called by the pages and, for errors, by
`problems`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from newsfeed.search.interface import Facet, IndexUnavailable
from newsfeed.web.newsstand import NoSuchFeed, WithdrawnFeed
from newsfeed.web.problems import Problem
from newsfeed.web.responses import respond
from newsfeed.web.selections import Selection
from newsfeed.web.site import site

HTML = "text/html; charset=utf-8"
NAVIGATION = 8
"""Sections in the head of every page, the largest."""


def page(
    template: str,
    path: str,
    feeds: Sequence[Selection] = (),
    canonical: str | None = None,
    **context: Any,
) -> Response:
    """The page at `path`. It offers the given feeds for subscription, then the one of everything.

    `canonical` is the path of its one address where that is not `path`. Raises IndexUnavailable.
    """
    navigation = site().catalogue.all("section")[:NAVIGATION]
    context["canonical"] = canonical or path
    return respond(_render(template, path, navigation, feeds, context), HTML)


def offered(*names: str) -> list[Selection]:
    """The feeds of these names, but for those that there are not or no more."""
    found = []
    for name in names:
        try:
            found.append(site().newsstand.select(name))
        except (NoSuchFeed, WithdrawnFeed):
            continue
    return found


def error_page(problem: Problem) -> Response:
    """The page that explains a problem."""
    context = {
        "canonical": None,
        "problem": problem.document(),
        "errors": problem.extra.get("errors", ()),
        "position": problem.position,
        # only a text that could be read is shown again
        "text": request.args.get("q", "") if problem.parameter == "q" else "",
    }
    body = _render("error.html", None, _known_sections(problem), (), context)
    return Response(body, problem.status, content_type=HTML)


def _known_sections(problem: Problem) -> Sequence[Facet]:
    if problem.status >= 500:
        return ()  # the index may be what failed
    try:
        return site().catalogue.all("section")[:NAVIGATION]
    except IndexUnavailable:
        return ()


def _render(
    template: str,
    path: str | None,
    navigation: Sequence[Facet],
    feeds: Sequence[Selection],
    context: dict[str, Any],
) -> bytes:
    written = site().templates.get_template(template)
    every = [*feeds, *(latest for latest in offered("latest") if latest not in feeds)]
    text = written.render(path=path, navigation=navigation, feeds=every, **context)
    return text.encode("utf-8", "replace")
