"""Locating: what a path names that somebody typed: a document, a collection or one of its members.

In: a path, settings, the instant. Out: `Located`, ready to be read. Raises CorpusError where there
is nothing of the kind. Called by `newsfeed parse`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsfeed.corpus import ArticleFile, CorpusError, Problem, shown, single
from newsfeed.parsing.members import may_be_collection
from newsfeed.reading_terms import terms_of
from newsfeed.readings import Terms, survey
from newsfeed.settings import Settings


@dataclass(frozen=True, slots=True)
class Located:
    """A document to be read on these terms, or a collection: `members` is None for a document.

    `problems` are the parts of a collection that cannot be read.
    """

    terms: Terms
    file: ArticleFile
    members: tuple[ArticleFile, ...] | None = None
    problems: tuple[Problem, ...] = ()


def locate(path: Path, settings: Settings, now: datetime) -> Located:
    """What stands at a path. Of several captures of one page it is the newest.

    Raises CorpusError, RulesError.
    """
    if not path.exists() and path.parent.is_file():
        return _member(path, settings, now)
    root, file = single(path, settings.corpus)
    terms = terms_of(settings, root, now)
    return _opened(terms, file) if may_be_collection(file.path) else Located(terms, file)


def _member(path: Path, settings: Settings, now: datetime) -> Located:
    root, home = single(path.parent, settings.corpus)
    terms = terms_of(settings, root, now)
    members = _opened(terms, home).members or ()
    captures = [one for one in members if one.path.rpartition("/")[2] == path.name]
    if not captures:
        raise CorpusError(
            f"{shown(str(path.parent))}: holds no {shown(path.name)}; "
            f"`newsfeed parse {shown(str(path.parent))}` lists what it holds"
        )
    return Located(terms, captures[-1])


def _opened(terms: Terms, file: ArticleFile) -> Located:
    found = survey(terms, file)
    if isinstance(found, Problem):
        raise CorpusError(f"{found.file}: {found.reason}; {found.remedy}")
    return Located(terms, file, found.members, found.problems)
