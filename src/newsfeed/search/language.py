"""The query language: what a reader types becomes a tree, and a tree becomes text again.

In: query text. Out: a tree of frozen values; `InvalidQuery` with position and a reason in German,
which readers see. Called by the backends; `canonical` also names a query where spelling must not
matter. For every tree that `parse` returns, `parse(canonical(tree)) == tree`.

    Krieg Frieden            ranked: any of the words, those with all of them first
    "Wladimir Putin"         the words in this order, next to each other
    +Krieg -Syrien           must, must not (NOT and NICHT in front of a word are the same as -)
    Krieg AND (Nato OR EU)   AND UND, OR ODER, in capitals; AND binds tighter than OR, OR tighter
                             than standing side by side
    credit:"Alex Brandon"    in one field: headline standfirst text caption credit author agency
    headline:(Krieg Nato)    topic section source, or their German names
    Atom*                    words that begin so; at least two letters

Whatever is none of these is a word: "12:30", "https://…", "Berlin: Mauer". Signs without a letter
or digit mean nothing and vanish. The length of the text, its words and its depth are limited, so
parsing is linear and recursion shallow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsfeed.search.interface import InvalidQuery
from newsfeed.search.lexer import OPERATORS, Token, tokens

MAX_CLAUSES = 64
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Word:
    """One word as typed, in one field or (None) in all plain ones."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other in this order."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with `text`."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but its part."""

    part: Node


@dataclass(frozen=True, slots=True)
class Must:
    """A required part of a ranked list; its part is no `Not`."""

    part: Node


@dataclass(frozen=True, slots=True)
class Ranked:
    """Two or more parts side by side: `Must` parts are required, `Not` parts forbidden.

    The other parts are wishes: without a `Must` at least one of them has to match. Articles that
    match all wishes stand above those that match only some.
    """

    parts: tuple[Node | Must, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A query of signs only, such as "?!": it names no word, so no article has it."""


Leaf = Word | Phrase | Prefix
Node = Leaf | And | Or | Not | Ranked | Everything | Nothing
EVERYTHING = Everything()
NOTHING = Nothing()


def parse(text: str) -> Node:
    """The tree of a query. Raises InvalidQuery."""
    if not text.strip():
        return EVERYTHING
    found = _Parser(list(tokens(text))).whole()
    return NOTHING if found is None else found


def canonical(node: Node) -> str:
    """The text, with the fewest brackets, that `parse` turns into this tree again.

    It can be longer than the text it came from: each word carries its own field.
    """
    return _print(node, 0)


def _print(node: Node | Must, level: int) -> str:
    """The text of a node where only what binds at least as tightly as `level` needs no bracket."""
    text, binds = _text(node)
    return text if binds >= level else f"({text})"


def _text(node: Node | Must) -> tuple[str, int]:
    """A node's text and how tightly it binds: 0 side by side, 1 OR, 2 AND, 3 a single operand."""
    match node:
        case Ranked(parts):
            return " ".join(_item(part) for part in parts), 0
        case Or(parts):
            return " OR ".join(_print(part, 2) for part in parts), 1
        case And(parts):
            return " AND ".join(_print(part, 3) for part in parts), 2
        case Not(part):
            return "NOT " + _print(part, 3), 3
        case Must(part):
            return "+" + _print(part, 3), 3
        case Nothing():
            return '""', 3
        case Everything():
            return "", 3
        case _:
            return _leaf_text(node), 3


def _item(part: Node | Must) -> str:
    return "-" + _print(part.part, 3) if isinstance(part, Not) else _print(part, 1)


def _leaf_text(leaf: Leaf) -> str:
    field = f"{leaf.field}:" if leaf.field else ""
    if isinstance(leaf, Phrase):
        return f'{field}"{leaf.text}"'
    return f"{field}{leaf.text}*" if isinstance(leaf, Prefix) else f"{field}{leaf.text}"


class _Parser:
    """Recursive descent over the tokens; one method a level of precedence, loosest first.

    None stands for a part that holds no word. `field` is the field of the bracket around.
    """

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._clauses = 0
        self._depth = 0

    def whole(self) -> Node | None:
        tree = self._list(None)
        if (token := self._peek()) is not None:
            raise InvalidQuery("Klammer zu ohne Klammer auf", position=token.position)
        return tree

    def _list(self, field: str | None) -> Node | None:
        parts: list[Node | Must] = []
        while (token := self._peek()) is not None and token.kind != ")":
            if (part := self._either(field)) is not None:
                parts.append(part)
        if not parts:
            return None
        if len(parts) > 1:
            return Ranked(tuple(parts))
        return parts[0].part if isinstance(parts[0], Must) else parts[0]

    def _either(self, field: str | None) -> Node | Must | None:
        first = self._both(field)
        parts = [first, *(self._both(field) for _ in self._operators("OR", first))]
        return first if len(parts) == 1 else Or(tuple(_bare(parts)))

    def _both(self, field: str | None) -> Node | Must | None:
        first = self._operand(field)
        parts = [first, *(self._operand(field) for _ in self._operators("AND", first))]
        return first if len(parts) == 1 else And(tuple(_bare(parts)))

    def _operators(self, kind: str, left: Node | Must | None) -> Iterator[None]:
        """Steps over each operator of this kind and checks that a word stands on both sides."""
        while (token := self._peek()) is not None and token.kind == kind:
            self._next += 1
            if left is None:
                raise InvalidQuery(f"Vor {token.text} fehlt ein Suchwort", position=token.position)
            before = self._clauses
            yield
            if self._clauses == before:
                raise InvalidQuery(f"Nach {token.text} fehlt ein Suchwort", position=token.position)

    def _operand(self, field: str | None) -> Node | Must | None:
        token = self._peek()
        if token is None or token.kind in (")", "AND", "OR"):
            return None
        self._next += 1
        if token.kind == "(":
            return self._bracket(token, field)
        if token.kind in ("+", "NOT"):
            return self._signed(token, field)
        return self._leaf(token, field)

    def _signed(self, token: Token, field: str | None) -> Node | Must | None:
        self._deeper(token)
        part = self._operand(field)
        self._depth -= 1
        if part is None:
            if token.text in OPERATORS:
                raise InvalidQuery(f"Nach {token.text} fehlt ein Suchwort", position=token.position)
            return None
        bare = part.part if isinstance(part, Must) else part
        if token.kind == "NOT":
            return Not(bare)
        return bare if isinstance(bare, Not) else Must(bare)  # "+NOT a" forbids like "-a"

    def _bracket(self, token: Token, field: str | None) -> Node | None:
        self._deeper(token)
        inside = self._list(token.field or field)
        self._depth -= 1
        if self._peek() is None:
            raise InvalidQuery("Klammer nicht geschlossen", position=token.position)
        self._next += 1
        return inside

    def _leaf(self, token: Token, field: str | None) -> Leaf:
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            reason = f"Mehr als {MAX_CLAUSES} Suchwörter"
            raise InvalidQuery(reason, position=token.position)
        field = token.field or field
        if token.kind == "phrase":
            return Phrase(token.text, field)
        return (Prefix if token.kind == "prefix" else Word)(token.text, field)

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            reason = f"Mehr als {MAX_DEPTH} Ebenen verschachtelt"
            raise InvalidQuery(reason, position=token.position)

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None


def _bare(parts: list[Node | Must | None]) -> Iterator[Node]:
    """The operands of AND and OR: there a plus sign says nothing new."""
    for part in parts:
        if isinstance(part, Must):
            yield part.part
        elif part is not None:
            yield part
