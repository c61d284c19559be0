"""JSON-LD as pages really have it: scripts become schema.org objects, however they are broken.

In: the text of `<script type="application/ld+json">` elements. Out: plain dicts, references to
another object's "@id" looked up. Called by `pagedata` and for schema.org JSON documents. Comments,
CDATA marks, trailing commas, raw line breaks, wrong escapes, entities for quotes and several
objects in a row are forgiven; what cannot be read is left out, never an error.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

Node = Mapping[str, Any]

MAX_CHARACTERS = 5_000_000
"""Of one script; the longest live blogs stay below a tenth of it."""
MAX_NODES = 20_000
MAX_DEPTH = 12
_MAX_OBJECTS = 200

_DECODER = json.JSONDecoder(strict=False)
_AROUND = "\ufeff \t\r\n;"
_WRAPPING = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>")
# strings are matched first so that nothing inside them is repaired but wrong escapes
_FAULT = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.?)*+(?:"|\Z))'
    r"|(?P<comma>,(?=\s*+(?:,|[}\]])))"
    r"|(?P<comment>//[^\n]*+|/\*(?:.*?\*/|.*))",
    re.DOTALL,
)
_WRONG_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(.?))', re.DOTALL)
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "@included", "subjectOf")


def objects(scripts: Iterable[str]) -> tuple[Node, ...]:
    """All objects of a page's scripts, outermost first, with those in "@graph" and the like."""
    return nodes_of([value for script in scripts for value in _values(script)])


def nodes_of(value: Any) -> tuple[Node, ...]:
    """All objects in a decoded JSON value, likewise."""
    found = tuple(_walk([value]))
    by_id = {node["@id"]: node for node in found if _is_definition(node)}
    return tuple(_resolved(node, by_id) for node in found)


def types(node: Node) -> tuple[str, ...]:
    """The names of an object's types, without "https://schema.org/"."""
    return tuple(
        re.split(r"[/:#]", kind.strip())[-1]
        for kind in listed(node.get("@type"))
        if isinstance(kind, str)
    )


def listed(value: Any) -> list[Any]:
    """A value that may be missing, one thing, a list or a list of lists: always a flat list."""
    flat: list[Any] = []
    queue = deque([(value, 0)])
    while queue and len(flat) < MAX_NODES:
        item, depth = queue.popleft()
        if isinstance(item, list):
            if depth < MAX_DEPTH:
                queue.extendleft((inner, depth + 1) for inner in reversed(item))
        elif item is not None:
            flat.append(item)
    return flat


def _values(script: str) -> Iterator[Any]:
    """The JSON values in a script, one after the other."""
    if len(script) > MAX_CHARACTERS:
        return
    try:
        yield _DECODER.decode(script.strip(_AROUND))
    except (ValueError, RecursionError):
        yield from _in_a_row(_repaired(_WRAPPING.sub(" ", script)))


def _in_a_row(text: str) -> Iterator[Any]:
    position = 0
    for _ in range(_MAX_OBJECTS):
        starts = [at for at in (text.find("{", position), text.find("[", position)) if at >= 0]
        if not starts:
            return
        try:
            value, position = _DECODER.raw_decode(text, min(starts))
        except (ValueError, RecursionError):
            return
        yield value


def _repaired(text: str) -> str:
    if '"' not in text and "&" in text:
        text = unescape(text)
    return _FAULT.sub(_mend, text)


def _mend(fault: re.Match[str]) -> str:
    if (string := fault["string"]) is not None:
        return _WRONG_ESCAPE.sub(lambda escape: escape[0] if escape[1] else escape[2] or "", string)
    return "" if fault["comma"] else " "


def _walk(values: Iterable[Any]) -> Iterator[Node]:
    queue = deque((value, 0) for value in values)
    for _ in range(MAX_NODES):
        if not queue:
            return
        value, depth = queue.popleft()
        inner: Iterable[Any] = ()
        if isinstance(value, dict):
            yield value
            inner = [value[key] for key in _INSIDE if key in value]
        elif isinstance(value, list):
            inner = value[:MAX_NODES]
        if depth < MAX_DEPTH:
            queue.extend((item, depth + 1) for item in inner if isinstance(item, dict | list))


def _is_definition(node: Node) -> bool:
    return isinstance(node.get("@id"), str) and len(node) > 1


def _resolved(node: Node, by_id: Mapping[str, Node]) -> Node:
    """The object with the objects it only refers to put in their places."""
    return {key: _lookup(value, by_id) for key, value in node.items()}


def _lookup(value: Any, by_id: Mapping[str, Node]) -> Any:
    if isinstance(value, list):
        return [_lookup(item, by_id) if isinstance(item, dict) else item for item in value]
    if isinstance(value, dict) and isinstance(identity := value.get("@id"), str):
        definition = by_id.get(identity)
        if definition is not None and definition is not value:
            return {**definition, **value}
    return value
