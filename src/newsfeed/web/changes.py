"""Changes: pages of the change log as the API and `newsfeed changes --json` write them.

In: a `ChangePage`. Out: JSON values and the address of what comes next. Called by `api` and the
command line.
"""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from newsfeed.article import token
from newsfeed.change_log import MAX_CHANGES, ChangePage, UnknownSequence
from newsfeed.records import Change
from newsfeed.web.links import Links
from newsfeed.web.parameters import Parameters, Whole
from newsfeed.web.problems import Problem

USUAL = 100
MAX_SEQUENCE = 2**53 - 1
"""The largest number that every reader of JSON can hold (RFC 8259, section 6)."""
_NUMBER = re.compile("[0-9]{1,16}")
_CHECK = re.compile("^[0-9a-f]{16}$")


def _sequence(value: object) -> object:
    # pydantic alone would also take "1.0", " 5" and "1_000"
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise PydanticCustomError("whole_number", "muss eine ganze Zahl sein, zum Beispiel 120")
    return value


def _check(value: object) -> object:
    if not isinstance(value, str) or not _CHECK.fullmatch(value):
        raise PydanticCustomError("check", "muss aus der Adresse unter next stammen")
    return value


class AfterChange(Parameters):
    """Where to go on in the log of changes."""

    after: Annotated[int, BeforeValidator(_sequence)] = Field(
        0, ge=0, le=MAX_SEQUENCE, description="number of the last change that you have"
    )
    check: Annotated[str, BeforeValidator(_check)] = Field(
        "", pattern=_CHECK.pattern, description="from the URL in `next`: what that change was"
    )
    limit: Whole = Field(USUAL, ge=1, le=MAX_CHANGES, description="changes on a page")


def change_json(change: Change, links: Links) -> dict[str, Any]:
    """One change, with the addresses at which its article's present state is."""
    name = token(change.id)
    return {
        "sequence": change.sequence,
        "id": change.id,
        "kind": change.kind,
        "reason": change.reason,
        "at": change.at.isoformat().replace("+00:00", "Z"),
        "article": links.absolute(f"/api/v1/articles/{name}"),
        # without words in front: they may change, and a withdrawn article has none
        "page": links.absolute(f"/articles/{name}"),
    }


def page_json(page: ChangePage, limit: int, links: Links) -> dict[str, Any]:
    """One page. `next` is never missing: on the final page it is what to ask for later."""
    parameters = {"after": str(page.after), "check": page.check, "limit": str(limit)}
    query = urlencode({name: value for name, value in parameters.items() if value})
    return {
        "changes": [change_json(change, links) for change in page.changes],
        "last": page.last,
        "next": links.absolute(f"/api/v1/changes?{query}"),
    }


def unknown_sequence(error: UnknownSequence, links: Links) -> Problem:
    """410: the copy of whoever asks is one of another register."""
    return Problem(
        410,
        f"Eine Änderung {error.sequence} gibt es in diesem Register nicht, oder sie war eine "
        f"andere; die letzte ist {error.last}. Wer eine Kopie führt, muss von vorn beginnen.",
        "unknown-sequence",
        "Unbekannte Änderung",
        "after",
        extra={"last": error.last, "restart": links.absolute("/api/v1/changes?after=0")},
    )
