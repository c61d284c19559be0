"""Parameters: what may stand after the question mark, for pages, feeds and the API.

In: the query string's names and values. Out: frozen models, and the search port's Query. Called by
the routes (through APIFlask) and by `newsstand` for the names of search feeds. A name that a model
does not know is an error. Messages are German: they are shown to readers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from newsfeed.errors import NewsfeedError
from newsfeed.feed_names import MAX_ENTRIES, Content, Options, Updates
from newsfeed.search.interface import MAX_LIMIT, Query, Sort
from newsfeed.slugs import slug
from newsfeed.web.moments import Moment, end, start, written

PAGE_SIZE = 20
MAX_PAGE = 500
MAX_QUERY = 1024
MAX_PARAMETERS = 100
MAX_NAME = 200

_WHOLE = re.compile(r"[0-9]{1,9}")


def _whole(value: object) -> object:
    # pydantic alone would also take "1.0", " 5" and "1_000"
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise PydanticCustomError("whole_number", "muss eine ganze Zahl sein, zum Beispiel 2")
    return value


Whole = Annotated[int, BeforeValidator(_whole)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUERY)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]


class Parameters(BaseModel):
    """A query string; alone, one that must be empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FormParameters(Parameters):
    """A query string that a form may have sent: an empty field is an absent one."""

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: text for name, text in value.items() if text != ""}


class Filters(Parameters):
    """What narrows a search, the same for its page, its feed and the API."""

    q: str = Field("", max_length=MAX_QUERY, description="search text in the query language")
    section: Name = Field("", description="only this section, by name or slug")
    author: Name = Field("", description="only this author, by name or slug")
    agency: Name = Field("", description="only this news agency, by name or slug")
    source: Name = Field("", description="only this paper, by name or slug")
    topic: Name = Field("", description="only this topic, by name or slug")
    from_: Moment = Field(
        None,
        alias="from",
        description="published on or after this day (of the site's zone) or RFC 3339 instant",
    )
    to: Moment = Field(
        None,
        description="published on or before this day (of the site's zone), "
        "or before this RFC 3339 instant",
    )

    def query(self, zone: tzinfo) -> Query:
        """The search for it; days are those of `zone`, the last one included."""
        return Query(
            text=self.q,
            section=_filter(self.section),
            author=_filter(self.author),
            agency=_filter(self.agency),
            source=_filter(self.source),
            topic=_filter(self.topic),
            published_from=start(self.from_, zone),
            published_to=end(self.to, zone),
        )

    def feed(self) -> FeedSearch:
        """The same search as its feed, which is always newest first."""
        names = Filters.model_fields
        return FeedSearch.model_construct(**{name: getattr(self, name) for name in names})

    def canonical(self) -> dict[str, str]:
        """The parameters that are set, in one order and one spelling: two equal searches agree."""
        values: dict[str, str] = {
            "q": " ".join(self.q.split()),
            **{name: _filter(getattr(self, name)) or "" for name in FILTER_NAMES},
            "from": written(self.from_),
            "to": written(self.to),
        }
        return {name: value for name, value in values.items() if value}


FILTER_NAMES: tuple[Literal["section", "author", "source", "topic", "agency"], ...] = (
    "section",
    "author",
    "source",
    "topic",
    "agency",
)


class FeedParameters(FormParameters):
    """How any feed is to be written."""

    content: Content = "full"
    updates: Updates = "significant"
    limit: Whole = Field(MAX_ENTRIES, ge=1, le=MAX_ENTRIES)

    def options(self) -> Options:
        """The same as the feed's options."""
        return Options(self.content, self.updates, self.limit)


class FeedSearch(FeedParameters, Filters):
    """A search's feed; `cursor` is the place of a later page of it, from that page's link."""

    cursor: Cursor = ""


class PageSearch(FormParameters, Filters):
    """The search page. Without `sort`, a text is sorted by relevance and all else by date."""

    sort: Literal["", "relevance", "newest", "oldest"] = ""
    page: Whole = Field(1, ge=1, le=MAX_PAGE)

    @property
    def order(self) -> Sort:
        """The sort order that applies."""
        return self.sort or ("relevance" if self.q.strip() else "newest")

    def page_query(self, zone: tzinfo) -> Query:
        """The search for this page's hits, with everything the page shows."""
        return replace(
            self.query(zone),
            sort=self.order,
            limit=PAGE_SIZE,
            offset=(self.page - 1) * PAGE_SIZE,
            facets=FILTER_NAMES,
            snippets=True,
        )


class ListingPage(FormParameters):
    """A listing that can be paged through."""

    page: Whole = Field(1, ge=1, le=MAX_PAGE)


class ApiSearch(Filters):
    """The API's search. `cursor` goes with no `page`."""

    sort: Sort = Field("relevance", description="order of the hits; ties by date, then id")
    limit: Whole = Field(10, ge=0, le=MAX_LIMIT, description="hits on a page")
    cursor: Cursor = Field("", description="from the URL in `next`; not with `page`")
    page: Whole = Field(1, ge=1, le=MAX_PAGE, description="number of the page, from 1")

    @model_validator(mode="after")
    def _one_position(self) -> Self:
        if self.cursor and "page" in self.model_fields_set:
            raise PydanticCustomError("cursor_and_page", "page und cursor schließen einander aus")
        return self


class BadParameters(NewsfeedError):  # noqa: N818 - says what was given
    """Parameters that are refused: `errors` are pairs of a name and what is wrong, in German."""

    misuse = True

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in errors))
        self.errors = tuple(errors)


def read_search(text: str) -> FeedSearch:
    """The search in a query string like "q=Hafen&section=politik". Raises BadParameters."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError as error:
        raise BadParameters([("q", f"mehr als {MAX_PARAMETERS} Parameter")]) from error
    refuse_repeated(name for name, _ in pairs)
    try:
        return FeedSearch.model_validate(dict(pairs))
    except ValidationError as error:
        raise BadParameters(parameter_errors(error)) from error


def refuse_repeated(names: Iterable[str]) -> None:
    """Raises BadParameters for the names that stand there more than once."""
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated:
        raise BadParameters([(name, "darf nur einmal dastehen") for name in repeated])


def parameter_errors(error: ValidationError) -> list[tuple[str, str]]:
    """The parameters that are wrong, each with what it must be, in German."""
    return [
        (str(entry["loc"][0]) if entry["loc"] else "page", _german(entry))
        for entry in error.errors(include_url=False)
    ]


def _german(entry: ErrorDetails) -> str:
    context = entry.get("ctx", {})
    match entry["type"]:
        case "extra_forbidden":
            return "ist hier kein bekannter Parameter"
        case "string_too_long":
            return f"darf höchstens {context['max_length']} Zeichen lang sein"
        case "string_too_short" | "missing":
            return "darf nicht leer sein"
        case "greater_than_equal":
            return f"muss mindestens {context['ge']} sein"
        case "less_than_equal":
            return f"darf höchstens {context['le']} sein"
        case "literal_error":
            return f"muss {str(context['expected']).replace(' or ', ' oder ')} sein"
        case _:
            return entry["msg"]


def _filter(name: str) -> str | None:
    return slug(name) if name else None
