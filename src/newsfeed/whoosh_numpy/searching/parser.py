"""Query strings to query trees: Whoosh's parser, with a short cut and with limits.

In: what a user typed. Out: the same `whoosh.query` tree as `whoosh.qparser` gives. Called by
programs and by `Searcher.find`. Plain queries, of words, "phrases", AND, OR and NOT without
brackets, do not go through Whoosh's plugins: they are some 30 times faster. Everything else does,
after a look at the text: Whoosh's parser takes quadratic time for long words and quotes, doubles
its work with each ANDNOT, ANDMAYBE and REQUIRE, and recurses with each bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from whoosh import qparser, query
from whoosh.qparser import plugins, syntax

from newsfeed.whoosh_numpy.analysis.analyzers import by_words
from newsfeed.whoosh_numpy.evaluation.limits import InvalidQuery, QueryTooDeep

MAX_CHARACTERS: Final = 1 << 14
MAX_WORD: Final = 1 << 10
"""Characters of one word."""

MAX_BRACKETS: Final = 100
"""Open at the same time."""

MAX_QUOTES: Final = 256
"""Quotation marks, and brackets of ranges."""

MAX_BINARY: Final = 10
"""Operators ANDNOT, ANDMAYBE and REQUIRE."""

MAX_WILDCARDS: Final = 32
"""Stars and question marks in one word."""

_WORDS_KEPT: Final = 50_000
_NULL: Final = query.NullQuery

_PLAIN = re.compile(
    r"\s*(?:(?:[^\s\"':*?\u055e\u061f\u1367\[\]{}()^~]+|\"[^\"\n]*\")(?=\s|\Z)\s*)*+\Z"
)
_ITEM = re.compile(r"\"([^\"\n]*)\"|(\S+)")
_SPACED = re.compile(r"\w+(?: \w+)*+\Z")
_RUN = re.compile(rf"\w{{{MAX_WORD + 1}}}")
_QUOTE = re.compile(r"[\"'\[{]")
_BINARY = re.compile(r"\b(?:ANDNOT|ANDMAYBE|REQUIRE)\b")
_CHUNK = re.compile(r"[^\s()]+")
_WILDCARD = re.compile("[*?\u055e\u061f\u1367]")
_OTHERS: Final = frozenset({"ANDNOT", "ANDMAYBE", "REQUIRE"})
_WORD_PATTERNS: Final = frozenset({r"\w+", r"\w+(\.?\w+)*"})
"""Patterns of analysers that find the same words one by one as in a text of words and spaces."""


_Terms = tuple[tuple[str, str, float], ...]
"""Field, term, boost."""


class QueryTooLong(InvalidQuery):
    """More text than Whoosh's parser can be given."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"the query has more than {limit} {what}; make it shorter")


class _NotPlain(Exception):  # noqa: N818
    """The query needs Whoosh's parser."""


class QueryParser(qparser.QueryParser):  # type: ignore[misc]
    """Whoosh's parser; arguments, plugins and trees are the same. Shared by threads.

    Fields' analysers have to give the same terms for the same word each time.
    """

    def __init__(
        self,
        fieldname: str | None,
        schema: Any,
        plugins: Any = None,
        termclass: Any = query.Term,
        phraseclass: Any = query.Phrase,
        group: Any = syntax.AndGroup,
    ) -> None:
        super().__init__(fieldname, schema, plugins, termclass, phraseclass, group)
        self._usual: list[Any] = list(self.plugins) if plugins is None else []
        self._aim([] if fieldname is None else [_Target(fieldname, 1.0, schema)])

    def parse(self, text: str | bytes, normalize: bool = True, debug: bool = False) -> Any:
        """The query. Raises InvalidQuery, of it QueryTooLong and QueryTooDeep."""
        try:
            if isinstance(text, str) and normalize and not debug and self._is_usual():
                found = self._short_cut(text)
                if found is not None:
                    return found
            _check(text if isinstance(text, str) else text.decode("latin1"))
            return super().parse(text, normalize, debug)
        except InvalidQuery:
            raise
        except RecursionError as error:
            raise QueryTooDeep from error
        except Exception as error:
            # Field types and analysers raise what they like, bare exceptions among it.
            raise InvalidQuery(f"the query cannot be parsed: {error}") from error

    def _short_cut(self, text: str) -> Any:
        """The query, or None where it is not plain."""
        if len(text) > MAX_CHARACTERS or not _PLAIN.match(text):
            return None
        try:
            return self._plain(text)
        except _NotPlain:
            return None

    def _search_in(self, fieldnames: Sequence[str], boosts: Mapping[str, float] | None) -> None:
        """Looks for words without a field name in several fields."""
        self.add_plugin(plugins.MultifieldPlugin(fieldnames, boosts))
        boosts = boosts or {}
        if self._usual:
            self._usual.append(self.plugins[-1])
        self._aim([_Target(name, boosts.get(name, 1.0), self.schema) for name in fieldnames])

    def _aim(self, targets: list[_Target]) -> None:
        self._targets = targets
        self._known = bool(targets) and all(target.known for target in targets)
        self._distinct = len({target.name for target in targets}) == len(targets)
        self._kept: dict[str, _Terms] = {}

    def _is_usual(self) -> bool:
        """Whether nothing was configured that the short cut does not know."""
        return (
            self.plugins == self._usual
            and self.termclass is query.Term
            and self.phraseclass is query.Phrase
            and self.group in (syntax.AndGroup, syntax.OrGroup)
            and self._known
        )

    def _plain(self, text: str) -> Any:
        """Operators as Whoosh has them: NOT takes the next item, then AND joins, then OR."""
        items: list[Any] = []
        joins: list[str] = []
        terms: list[Any] | None = [] if self._distinct else None
        join, negated, open_ended = "", False, True
        for found in _ITEM.finditer(text):
            phrase, word = found.groups()
            if word in ("AND", "OR"):
                if open_ended:
                    raise _NotPlain
                join, open_ended = word, True
                continue
            if word == "NOT":
                if negated:
                    raise _NotPlain
                negated = open_ended = True
                continue
            if word in _OTHERS:
                raise _NotPlain
            if phrase is None:
                known = self._kept.get(word) or self._known_terms(word)
                item = self._words(known, found.span())
                if terms is not None:
                    terms += known
            else:
                item, terms = self._phrase(phrase, found), None
            items.append(query.Not(item) if negated and item is not _NULL else item)
            joins.append(join)
            join, negated, open_ended = "", False, False
        if open_ended and (join or negated):
            raise _NotPlain
        return self._joined(items, joins, terms is not None and len(set(terms)) == len(terms))

    def _joined(self, items: list[Any], joins: list[str], distinct: bool) -> Any:
        """`distinct`: whether no two of them have a term in common."""
        top = self.group.qclass
        if not any(joins):
            return _compound(top, items, distinct)
        anded: list[list[Any]] = []
        outer: list[str] = []
        for item, join in zip(items, joins, strict=True):
            if join == "AND":
                anded[-1].append(item)
            else:
                anded.append([item])
                outer.append(join)
        ored: list[list[Any]] = []
        for run, join in zip(anded, outer, strict=True):
            item = run[0] if len(run) == 1 else _compound(query.And, run, distinct)
            if join == "OR":
                ored[-1].append(item)
            else:
                ored.append([item])
        if len(ored) == 1 and len(ored[0]) > 1:
            return _compound(query.Or, ored[0], distinct)
        runs = [run[0] if len(run) == 1 else _compound(query.Or, run, distinct) for run in ored]
        return _compound(top, runs, distinct)

    def _known_terms(self, word: str) -> _Terms:
        """The terms of a word in all fields; none for a word that is not looked for."""
        found = []
        for target in self._targets:
            terms = target.terms(word)
            if len(terms) > 1:
                raise _NotPlain
            found += [(target.name, term, target.boost) for term in terms]
        if len(self._kept) >= _WORDS_KEPT:
            self._kept = {}
        kept = self._kept[word] = tuple(found)
        return kept

    def _words(self, terms: _Terms, place: tuple[int, int]) -> Any:
        kids = []
        for term in terms:
            kid = query.Term(*term)
            kid.startchar, kid.endchar = place
            kids.append(kid)
        return _compound(query.Or, kids, self._distinct)

    def _phrase(self, phrase: str, found: re.Match[str]) -> Any:
        kids = []
        for target in self._targets:
            tokens = list(target.tokens(phrase, found.start() + 1))
            words = [text for text, _ in tokens]
            ranges = [place for _, place in tokens]
            if len(words) > 1:
                kid = query.Phrase(target.name, words, boost=target.boost, char_ranges=ranges)
                kids.append(kid)
            elif words:
                # Whoosh forgets the boost here.
                kid = query.Term(target.name, words[0])
                kid.startchar, kid.endchar = ranges[0]
                kids.append(kid)
        return _compound(query.Or, kids, self._distinct)


def MultifieldParser(  # noqa: N802
    fieldnames: Sequence[str],
    schema: Any,
    fieldboosts: Mapping[str, float] | None = None,
    **kwargs: Any,
) -> QueryParser:
    """A parser that looks for words without a field name in several fields, as Whoosh's does."""
    parser = QueryParser(None, schema, **kwargs)
    parser._search_in(fieldnames, fieldboosts)
    return parser


class _Target:
    """One field that plain words are looked for in."""

    def __init__(self, name: str, boost: float, schema: Any) -> None:
        self.name = name
        self.boost = boost
        self._field: Any = None
        if schema is not None and name in schema:
            self._field = schema[name]
        analyzer: Any = getattr(self._field, "analyzer", None)
        self.known: bool = analyzer is not None and not self._field.self_parsing()
        """Whether the field's terms are what its analyser makes of a word."""
        by_word = by_words(analyzer) if self.known else None
        self._by_word = by_word is not None and by_word.pattern.pattern in _WORD_PATTERNS
        self._kept: dict[str, list[str]] = {}

    def terms(self, word: str) -> list[str]:
        """The terms of one word."""
        found = self._kept.get(word)
        if found is None:
            if len(self._kept) >= _WORDS_KEPT:
                self._kept = {}
            texts = self._field.process_text(word, mode="query", tokenize=True, removestops=True)
            found = self._kept[word] = list(texts)
        return found

    def tokens(self, phrase: str, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
        """The terms of a phrase, each with its place in the query, which it begins at `start`."""
        if self._by_word and _SPACED.match(phrase):
            for word in phrase.split(" "):
                place = start, start + len(word)
                yield from ((term, place) for term in self.terms(word))
                start += len(word) + 1
            return
        for token in self._field.tokenize(phrase, mode="query", chars=True):
            yield token.text, (start + token.startchar, start + token.endchar)


def _compound(kind: Any, items: list[Any], distinct: bool) -> Any:
    """What `kind(items).normalize()` gives for items that are normal already.

    `distinct`: whether no two of them, nor of theirs, are equal; finding that out takes longer
    than all the rest.
    """
    flat: list[Any] = []
    for item in items:
        if type(item) is kind:
            flat += item.subqueries
        elif item is not _NULL:
            flat.append(item)
    if len(flat) > 1 and not distinct:
        flat = list(dict.fromkeys(flat))
    if not flat:
        return _NULL
    return flat[0] if len(flat) == 1 else kind(flat)


def _check(text: str) -> None:
    """Raises QueryTooLong, QueryTooDeep for a text that would keep Whoosh's parser busy."""
    if len(text) > MAX_CHARACTERS:
        raise QueryTooLong("characters", MAX_CHARACTERS)
    if _RUN.search(text):
        raise QueryTooLong("characters in a word", MAX_WORD)
    if len(_QUOTE.findall(text)) > MAX_QUOTES:
        raise QueryTooLong("quotation marks", MAX_QUOTES)
    if len(_BINARY.findall(text)) > MAX_BINARY:
        raise QueryTooLong("operators ANDNOT, ANDMAYBE, REQUIRE", MAX_BINARY)
    if any(len(_WILDCARD.findall(chunk)) > MAX_WILDCARDS for chunk in _CHUNK.findall(text)):
        raise QueryTooLong("wildcards in a word", MAX_WILDCARDS)
    depth = 0
    for bracket in re.findall(r"[()]", text):
        depth = depth + 1 if bracket == "(" else max(0, depth - 1)
        if depth > MAX_BRACKETS:
            raise QueryTooDeep
