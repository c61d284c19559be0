"""The shapes of the API's answers, as OpenAPI 3.1 says them.

In: nothing. Out: response descriptions for the routes of `api`, and the schemas they refer to.
`tests/web/test_api.py` holds real answers against them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from newsfeed.article import Article
from newsfeed.records import ChangeKind
from newsfeed.search.interface import FacetName
from newsfeed.web.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]
_REFERENCE = "#/components/schemas/{model}"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Snippet(_Answer):
    """A passage of plain text; `highlights` are [start, end] character offsets of matches."""

    text: str
    highlights: list[tuple[int, int]]


class Hit(_Answer):
    """An article that matches. `url` is the paper's own address, else that of our page."""

    id: str = Field(description="permanent tag: URI (RFC 4151)")
    url: str
    headline: str
    standfirst: str | None
    section: str | None
    published: datetime
    updated: datetime | None
    score: float
    snippet: Snippet | None


class Facet(_Answer):
    """One value of a facet and the number of matches that have it."""

    slug: str
    name: str
    count: int


class SearchAnswer(_Answer):
    """One page of hits. `next` is the URL of the page after it, null on the last one."""

    total: int = Field(description="all matches, not only this page's")
    hits: list[Hit]
    facets: dict[FacetName, list[Facet]]
    next: str | None


class Duplicate(_Answer):
    """An article with nearly the same text. `url` is the paper's own address, else our page's.

    `similarity` is the share of all runs of four words that both texts have (1: the same words),
    `containment` the share of the shorter text's that the longer one has; estimated in long texts.
    """

    id: str
    url: str
    headline: str
    source: str | None
    similarity: float = Field(ge=0, le=1)
    containment: float = Field(ge=0, le=1)


class Change(_Answer):
    """One step of an article's history.

    `reason` is "new" or "restored" for a creation; "text", "mark" (the article's own note of an
    update or correction), "metadata" or "parser" (our reading of it changed) for an update; and
    for a withdrawal "file removed" or the words of whoever withdrew it.
    """

    sequence: int = Field(ge=1, description="grows by one with every change")
    id: str = Field(description="permanent tag: URI of the article (RFC 4151)")
    kind: ChangeKind
    reason: str
    at: datetime
    article: str = Field(description="URL of the article's present state; 410 once withdrawn")
    page: str = Field(description="URL of its page")


class ChangesAnswer(_Answer):
    """One page of changes in order. It is the final one where `last` is reached."""

    changes: list[Change]
    last: int = Field(ge=0, description="number of the newest change that can be fetched now")
    next: str = Field(description="URL to go on with: at once, or later after the final page")


class ParameterError(_Answer):
    """A query parameter that is wrong."""

    parameter: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. `parameter` names the query parameter at fault, `position` where in its text."""

    type: str
    title: str
    status: int
    detail: str
    parameter: str | None = None
    position: int | None = None
    errors: list[ParameterError] = Field(default_factory=list)


def search_responses() -> Responses:
    """What `/search` may answer."""
    return {"200": _described("Matches", "SearchAnswer"), **_problems("400", "414", "503")}


def article_responses() -> Responses:
    """What `/articles/<id>` may answer."""
    return {
        "200": _described("The article", "ArticleAnswer"),
        **_problems("400", "404", "410", "414", "503"),
    }


def changes_responses() -> Responses:
    """What `/changes` may answer."""
    unknown = _described("The number is not of this register", "Problem", MEDIA_TYPE)
    return {
        "200": _described("Changes", "ChangesAnswer"),
        **_problems("400", "414", "503"),
        "410": unknown,
    }


def components() -> dict[str, Any]:
    """The schemas by name."""
    schemas: dict[str, Any] = {}
    for model in (SearchAnswer, ChangesAnswer, Problem, Duplicate):
        schema = model.model_json_schema(ref_template=_REFERENCE, mode="serialization")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    schema = TypeAdapter(Article).json_schema(ref_template=_REFERENCE, mode="serialization")
    schemas |= schema.pop("$defs", {})
    schema["properties"]["page"] = {"type": "string", "description": "address of our page"}
    schema["properties"]["canonical"] = {
        "type": "string",
        "description": "id of the first published of this article and its duplicates",
    }
    schema["properties"]["duplicates"] = {
        "type": "array",
        "items": {"$ref": _REFERENCE.format(model="Duplicate")},
    }
    schema["required"] = [*schema["properties"]]
    schemas["ArticleAnswer"] = schema
    return schemas


_PROBLEMS = {
    "400": "A parameter is unknown, repeated or wrong",
    "404": "There is no such article",
    "410": "The article was withdrawn",
    "414": "The address is longer than 8 KB",
    "503": "There is no index to search; ask again after `Retry-After` seconds",
}


def _problems(*statuses: str) -> Responses:
    return {status: _described(_PROBLEMS[status], "Problem", MEDIA_TYPE) for status in statuses}


def _described(
    description: str, schema: str, media_type: str = "application/json"
) -> dict[str, str | dict[str, dict[str, Any]]]:
    reference = {"$ref": _REFERENCE.format(model=schema)}
    return {"description": description, "content": {media_type: {"schema": reference}}}
