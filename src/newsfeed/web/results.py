"""Results as JSON values: the one shape that the API answers and `newsfeed search --json` prints.

In: results of a search. Out: plain JSON values. Called by `api` and the command line.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from newsfeed.search.interface import Facet, Hit, Results
from newsfeed.settings import Settings
from newsfeed.web.links import Links

LISTED = 100
"""Values of a facet that are listed, the most frequent."""


def results_json(
    results: Results, settings: Settings, following: str | None = None
) -> dict[str, Any]:
    """The results under the API's names; `next` is `following`, or the bare cursor without it."""
    links = Links(settings.site_url)
    return {
        "total": results.total,
        "hits": [_hit(hit, links) for hit in results.hits],
        "facets": {
            name: [_facet(facet) for facet in facets[:LISTED]]
            for name, facets in results.facets.items()
        },
        "next": following or results.next,
    }


def _hit(hit: Hit, links: Links) -> dict[str, Any]:
    article = hit.article
    snippet = hit.snippet
    return {
        "id": article.id,
        "url": links.article(article),
        "headline": article.headline,
        "standfirst": article.standfirst,
        "section": article.section,
        "published": _instant(article.published),
        "updated": _instant(article.updated),
        "score": hit.score,
        "snippet": snippet
        and {"text": snippet.text, "highlights": [list(pair) for pair in snippet.highlights]},
    }


def _facet(facet: Facet) -> dict[str, Any]:
    return {"slug": facet.slug, "name": facet.name, "count": facet.count}


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
