"""Readings: an article file is read and parsed.

In: `ArticleFile`s of a corpus. Out: for each a `Reading` (bytes, article, digest) or a `Problem`;
or what a look inside finds. Called by `reader_pool` in its processes; `newsfeed parse` calls
`read_article`, `explain_article` and `survey` directly.
"""

from __future__ import annotations

import atexit
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from newsfeed.article import Article
from newsfeed.corpus import ArticleFile, Problem, Retraction, read
from newsfeed.parsing import Context, Explanation, explain, parse
from newsfeed.parsing.errors import ParseError, Retracted
from newsfeed.parsing.members import Limits
from newsfeed.parsing.rules import RuleBook
from newsfeed.parsing.sidecar import Sidecar, read_sidecar
from newsfeed.shelves import Shelf, Surveyed

ARCHIVE_LIMIT = 10_000_000_000
WITHDRAWN = "zurückgezogen"

Answer = TypeVar("Answer")

_SHELF = Shelf()
"""This process' own: the last collection that it looked into stays open."""
atexit.register(_SHELF.close)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read now: its bytes, its sidecar's bytes, and the article they make.

    `digest` is the SHA-256 of `raw`. `withdrawn` is the reason for which the sidecar takes the
    article back, or None. The article has no identity yet.
    """

    file: ArticleFile
    raw: bytes
    sidecar: bytes | None
    digest: str
    article: Article
    withdrawn: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms files are read: from where, how much, and what dates mean.

    `limit` is the most bytes of a document, `archive_limit` of a web archive; `seconds` the
    processor time that one of them may take, `patience` how often that may pass on the clock.
    """

    root: Path
    limit: int
    seconds: int
    zone: ZoneInfo
    now: datetime
    rules: RuleBook = field(default_factory=RuleBook)
    archive_limit: int = ARCHIVE_LIMIT
    patience: float = 10

    @property
    def limits(self) -> Limits:
        """The limits of documents and of archives."""
        return Limits(self.limit, self.archive_limit)


def read_article(terms: Terms, file: ArticleFile) -> Reading | Problem:
    """Reads and parses one file, or one member of a file, in this process."""

    def reading() -> Reading:
        raw, sidecar = _contents(terms, file)
        article, withdrawn = parse_article(terms, file, raw, sidecar)
        return Reading(file, raw, sidecar, digest(raw), article, withdrawn)

    return _told(file, reading)


def explain_article(terms: Terms, file: ArticleFile) -> Explanation | Problem:
    """What `read_article` makes of a file, with the reasons."""

    def explanation() -> Explanation:
        raw, sidecar = _contents(terms, file)
        return explain(raw, file.name, context_of(terms, file, _metadata(file, sidecar)))

    return _told(file, explanation)


def survey(terms: Terms, file: ArticleFile) -> Surveyed | Problem:
    """Looks into a file that may hold several articles, in this process."""
    return _told(file, lambda: _SHELF.survey(terms.root, file, terms.limits))


def _told(file: ArticleFile, task: Callable[[], Answer]) -> Answer | Problem:
    """What the task makes of a file, or why it cannot."""
    try:
        return task()
    except Retracted as error:
        return Retraction(file.label, error.reason, error.remedy, error.name, error.version)
    except ParseError as error:
        return Problem(file.label, error.reason, error.remedy)
    except MemoryError:
        return Problem(file.label, "takes too much memory to parse", "split the file")


def _contents(terms: Terms, file: ArticleFile) -> tuple[bytes, bytes | None]:
    """The bytes of a file or member, and those of its sidecar. Raises ParseError."""
    if file.kept is not None:
        raw = file.kept
    elif file.member is None:
        raw = read(terms.root, file.path, terms.limit)
    else:
        raw = _SHELF.read(terms.root, file, terms.limits)
    return raw, read(terms.root, file.sidecar, terms.limit) if file.sidecar else None


def parse_article(
    terms: Terms, file: ArticleFile, raw: bytes, sidecar: bytes | None
) -> tuple[Article, str | None]:
    """The article in these bytes, and the reason if the sidecar withdraws it.

    Raises ParseError.
    """
    metadata = _metadata(file, sidecar)
    article = parse(raw, file.name, context_of(terms, file, metadata))
    mark = metadata.withdrawn if metadata else False
    return article, (mark if isinstance(mark, str) else WITHDRAWN) if mark else None


def context_of(terms: Terms, file: ArticleFile, metadata: Sidecar | None) -> Context:
    """What is known around a file before it is read."""
    return Context(
        now=terms.now,
        zone=terms.zone,
        sidecar=metadata,
        modified=file.modified,
        url=file.member.url if file.member else None,
        captured=file.member.captured if file.member else None,
        limit=terms.limit,
        rules=terms.rules,
    )


def _metadata(file: ArticleFile, sidecar: bytes | None) -> Sidecar | None:
    """The sidecar's; of a collection's it holds for every member, but for whose name it is."""
    if sidecar is None:
        return None
    found = read_sidecar(sidecar, file.sidecar or "")
    return found.model_copy(update={"url": None, "id": None}) if file.member else found


def digest(raw: bytes) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    return hashlib.sha256(raw).hexdigest()
