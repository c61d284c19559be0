"""Authors: who of all that are named on a page signs the article.

In: JSON-LD's signers, author tags and visible bylines. Out: authors as they stand there, and the
news agencies among them under their usual short names. Called by `pagedata`.

The first source that names people wins. One that has only the paper's own name or an agency gives
way to a visible byline with people; where there is none, it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsfeed.article import Origin
from newsfeed.parsing.pagedata.names import agency_of, is_newsroom, is_person, names_in
from newsfeed.parsing.pagedata.wording import key


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signs, and where it says so."""

    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    origin: Origin = "page"


def signed(
    people: Sequence[str],
    organisations: Sequence[str],
    tags: Iterable[str],
    bylines: Callable[[], Sequence[str]],
    own: frozenset[str],
) -> Signed:
    """Who signs, by what the sources say.

    `people` and `organisations` are JSON-LD's, `tags` the contents of author tags, `own` the keys
    of the paper's names. `bylines` is asked only where the data names nobody.
    """
    data: list[tuple[Origin, tuple[str, ...]]] = [
        ("json-ld", _with_agencies(people, organisations)),
        ("meta", tuple(name for tag in tags for name in _tagged(tag, own))),
    ]
    for origin, names in data:
        if any(not is_newsroom(name, own) for name in names):
            return _signed(_without_own(names, own), origin)
    visible = tuple(_without_own(bylines(), own))
    data[0] = ("json-ld", (*people, *organisations))
    newsroom = next(((names, origin) for origin, names in data if names), None)
    if newsroom is None or any(is_person(name) for name in visible):
        return _signed(visible, "page")
    return _signed(*newsroom)


def _tagged(tag: str, own: frozenset[str]) -> tuple[str, ...]:
    """The names in an author tag; what follows a paper's own name is its address."""
    names = names_in(tag)
    if names and is_newsroom(names[0], own):
        return tuple(name for name in names if is_person(name)) or names[:1]
    return names


def _with_agencies(people: Sequence[str], organisations: Sequence[str]) -> tuple[str, ...]:
    return (*people, *(name for name in organisations if agency_of(name)))


def _signed(names: Iterable[str], origin: Origin) -> Signed:
    unique = {key(name): name for name in reversed(list(names)) if key(name)}
    authors = tuple(reversed(unique.values()))
    agencies = tuple(dict.fromkeys(name for author in authors if (name := agency_of(author))))
    return Signed(authors, agencies, origin)


def _without_own(names: Sequence[str], own: frozenset[str]) -> Iterator[str]:
    """The names without the paper's own; others that sign beside people do."""
    return (name for name in names if key(name) not in own)
