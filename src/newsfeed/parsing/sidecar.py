"""Sidecar: the metadata a text cannot hold, in a file beside it.

In: the bytes of `x.meta.toml` or `x.meta.json`. Out: a `Sidecar`, or ParseError naming file,
field and remedy. Called by the indexer's workers and `newsfeed parse`; read by `metadata`.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.packed import inner_name
from newsfeed.parsing.text import clean_line

MAX_BYTES = 65_536
SUFFIXES = (".meta.toml", ".meta.json")

_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_SCHEMES = ("tag:", "urn:", "https:", "http:")


def _line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


def _names(value: object) -> object:
    """One string is a list of one; every member is cleaned."""
    if isinstance(value, str):
        return (_line(value),)
    return tuple(_line(item) for item in value) if isinstance(value, list) else value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ValueError("must be an http or https address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in value:
        raise ValueError("must be an http or https address like https://example.org/article")
    return value


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value) or not value.startswith(_SCHEMES):
        raise ValueError("must be an absolute URI (tag:, urn: or https:) without spaces")
    return value


def _moment(value: object) -> object:
    """A date and time, or a day alone, from TOML's own types or ISO 8601 text."""
    if isinstance(value, str):
        text = value.strip()
        try:
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(
                "must be a date like 2022-02-27 or 2022-02-27T17:26:00+01:00"
            ) from error
    if isinstance(value, date):
        return value
    raise ValueError("must be a date like 2022-02-27 or 2022-02-27T17:26:00+01:00")


Text = Annotated[str, BeforeValidator(_line), StringConstraints(min_length=1, max_length=500)]
Names = Annotated[tuple[Text, ...], BeforeValidator(_names), Field(max_length=100)]
Moment = Annotated[datetime | date, BeforeValidator(_moment)]


class Sidecar(BaseModel):
    """What a sidecar may say; every field is optional, an unknown one is an error.

    `authors` and `topics` may be one string. `published` and `updated` may be a day alone; without
    an offset they are local. `withdrawn` is true or the reason. `id` stays the article's name for
    ever.
    `rights` is a copyright line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    url: Annotated[Text, Field(max_length=2000), AfterValidator(_web_address)] | None = None
    source: Text | None = None
    section: Text | None = None
    authors: Names = ()
    published: Moment | None = None
    updated: Moment | None = None
    topics: Names = ()
    id: Annotated[str, StringConstraints(max_length=200), AfterValidator(_identifier)] | None = None
    withdrawn: bool | Text = False
    rights: Annotated[Text, Field(max_length=300)] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None


def sidecar_names(name: str) -> tuple[str, ...]:
    """Where the sidecar of a file may stand: for "a/x.txt" "a/x.meta.toml" and "a/x.meta.json".

    The same for "a/x.txt.gz".
    """
    path = PurePosixPath(inner_name(name))
    return tuple(str(path.with_name(path.stem + suffix)) for suffix in SUFFIXES)


def is_sidecar(name: str) -> bool:
    """Whether a file of this name is a sidecar."""
    return name.lower().endswith(SUFFIXES)


def read_sidecar(raw: bytes, name: str) -> Sidecar:
    """The sidecar in these bytes; `name` is its path inside the corpus.

    Raises ParseError naming file, field and remedy.
    """
    if len(raw) > MAX_BYTES:
        raise ParseError(f"{name}: larger than {MAX_BYTES} bytes", "keep only the metadata in it")
    value = _load(raw, name)
    try:
        return Sidecar.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "sidecar"
        raise ParseError(
            f"{name}: {_quoted(field)} is wrong", _remedy(first["type"], first["msg"])
        ) from error


def _load(raw: bytes, name: str) -> dict[str, Any]:
    kind, load = ("TOML", tomllib.loads) if name.lower().endswith(".toml") else ("JSON", _json)
    try:
        value = load(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ParseError(f"{name}: not UTF-8 at byte {error.start}", "save it as UTF-8") from error
    except RecursionError as error:
        raise ParseError(
            f"{name}: nested too deep", "no field of a sidecar needs nesting"
        ) from error
    except ValueError as error:
        raise ParseError(f"{name}: not valid {kind}", _first_line(error)) from error
    if not isinstance(value, dict):
        raise ParseError(f"{name}: not an object", 'write {"source": "…"} and the like')
    return value


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands there twice; keep one of them")
    return found


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON value")


def _remedy(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "no such field; known are " + ", ".join(Sidecar.model_fields)
    return message.removeprefix("Value error, ")


def _first_line(error: ValueError) -> str:
    return clean_line(str(error).partition("\n")[0])[:200]


def _quoted(field: str) -> str:
    return f"field {clean_line(field)[:60]!r}"
