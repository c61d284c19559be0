"""JSON documents: one news item in whatever JSON format becomes a Draft.

In: the bytes of a .json file. Out: its Draft; or, of a list of items, the items. Registered in
`parsing` for ".json"; `split` is called by `members`. A format is one module with `NAME`,
`claims`, `name_of` and `read_value`, and one line in the list below.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol, cast

from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError, Retracted
from newsfeed.parsing.members import Piece
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.text import decode

_FORMATS = ("ninjs", "digitalwires", "schema_documents")
"""Modules here, each for one JSON format; the first that claims a value reads it."""

_ENVELOPES = ("items", "_items", "hits", "entries", "results")
"""Under these names the answers of agencies' interfaces hold their list of items."""


class JsonFormat(Protocol):
    """What the module of a JSON format offers."""

    NAME: str

    def claims(self, value: Any) -> bool:
        """Whether the value is an item of this format."""

    def name_of(self, value: Any) -> str:
        """What a claimed item goes by for good, "" if it has no name."""

    def read_value(self, value: Any, context: Context) -> Draft:
        """The draft of a claimed item. Raises ParseError, and nothing else."""


def read(raw: bytes, context: Context) -> Draft:
    """The draft of the one item in a JSON document.

    Raises ParseError where the bytes are too many or no JSON, where no format claims the value,
    and where it holds several items (they are a collection) or none.
    """
    if len(raw) > context.limit:
        raise ParseError(f"larger than {context.limit} bytes", "raise the limit or split the file")
    format, value = _item(raw)
    try:
        return format.read_value(value, context)
    except Retracted as error:
        raise error.of(format.name_of(value)) from error


def name_of(raw: bytes) -> str:
    """What the one item in a JSON document goes by for good; "" where it does not say."""
    try:
        format, value = _item(raw)
    except ParseError:
        return ""
    return format.name_of(value)


def _item(raw: bytes) -> tuple[JsonFormat, Any]:
    """The one item in a document and its format. Raises ParseError."""
    value = _value(raw)
    format = _format(value)
    if format is None:
        members = _members(value)
        if len(members) != 1:
            raise ParseError(*_unknown(value, len(members)))
        value = members[0]
        format = _format(value)
    assert format is not None  # members are claimed
    return format, value


def split(raw: bytes) -> Sequence[Piece] | None:
    """The items of a list, each a document of its own; None where the bytes are no such list."""
    try:
        value = _value(raw)
    except ParseError:
        return None  # reading the document says what is wrong with it
    if _format(value) is not None:
        return None
    pieces = [
        Piece(_name(item), ".json", json.dumps(item).encode(), absolute(_name(item), None))
        for item in _members(value)
    ]
    return pieces or None


def _value(raw: bytes) -> Any:
    text = decode(raw)
    try:
        # lone surrogates and control characters are let in here and cleaned where text is used
        return json.loads(text, strict=False)
    except RecursionError as error:
        raise ParseError("the JSON is nested too deep", "no news item needs that") from error
    except ValueError as error:
        reason = str(error).partition("\n")[0]
        raise ParseError(f"not valid JSON: {reason}", "export the item anew") from error


def _format(value: Any) -> JsonFormat | None:
    return next((format for format in map(_module, _FORMATS) if format.claims(value)), None)


def _module(name: str) -> JsonFormat:
    return cast(JsonFormat, import_module(f"newsfeed.parsing.wire.{name}"))


def _members(value: Any) -> list[Any]:
    """The items of a list that some format claims."""
    if isinstance(value, dict):
        value = next((value[name] for name in _ENVELOPES if isinstance(value.get(name), list)), ())
    if not isinstance(value, list | tuple):
        return []
    return [item for item in value if isinstance(item, dict) and _format(item) is not None]


def _name(item: Any) -> str:
    format = _format(item)
    return format.name_of(item) if format is not None else ""


def _unknown(value: Any, members: int) -> tuple[str, str]:
    if members > 1:
        return f"a list of {members} news items", "as a file of the corpus each becomes an article"
    if isinstance(value, dict):
        names = ", ".join(ascii(str(name)[:40]) for name in list(value)[:5])
        found = f"an object of {names}" if value else "an empty object"
    else:
        found = f"a {type(value).__name__}"
    known = ", ".join(_module(name).NAME for name in _FORMATS)
    return f"no news item, but {found}", f"known are {known} and JSON Feed"
