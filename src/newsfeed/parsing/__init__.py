"""Parsing: the bytes of one file become an Article.

In: raw bytes, the file's path inside the corpus, and what is known around it (sidecar, file time).
Out: an Article without identity (but for a sidecar's own id). Called by the indexer's workers and
`newsfeed parse`. Adding a format is one new file here and one line in the registry below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from newsfeed.article import Article
from newsfeed.parsing import capture, metadata
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.sidecar import is_sidecar

__all__ = ["PARSER_VERSION", "Context", "ParseError", "is_article", "parse"]

PARSER_VERSION = 1
"""Raised whenever a parser may give another Article for the same bytes."""

_FORMATS: Mapping[str, Callable[[bytes], Draft]] = {
    ".txt": capture.read,
}


def parse(raw: bytes, name: str, context: Context) -> Article:
    """The article in a file.

    `name` is its POSIX path inside the corpus ("politik/2022-02-27-x.txt"); its date and first
    folder are metadata. Raises ParseError (reason, remedy) where there is no article in the bytes
    or their dates cannot be.
    """
    read = _FORMATS.get(_extension(name))
    if read is None:
        known = ", ".join(_FORMATS)
        raise ParseError("no format of this extension is known", f"known are {known}")
    return metadata.complete(read(raw), name, context)


def is_article(name: str) -> bool:
    """Whether a path inside the corpus names an article: a known format, no sidecar, not hidden."""
    hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
    return _extension(name) in _FORMATS and not hidden and not is_sidecar(name)


def _extension(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
