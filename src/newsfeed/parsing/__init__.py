"""Parsing: the bytes of one document become an Article.

In: raw bytes, the document's path inside the corpus, and what is known around it (sidecar, file
time, the archive it lies in). Out: an Article without identity (but for a sidecar's own id).
Called by the indexer's workers and `newsfeed parse`. Adding a format is one new file here and one
line in the registry below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import Protocol, cast

from newsfeed.article import Article
from newsfeed.parsing import metadata
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft, Verdict
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.packed import SUFFIX, inner_name, unpack
from newsfeed.parsing.sidecar import is_sidecar

__all__ = [
    "PARSER_VERSION",
    "Context",
    "Explanation",
    "ParseError",
    "Verdict",
    "explain",
    "is_article",
    "parse",
]

PARSER_VERSION = 3
"""Raised whenever a parser may give another Article for the same bytes."""

_FORMATS: Mapping[str, str] = {
    ".txt": "capture",
    ".html": "html",
    ".htm": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".rss": "feed_entry",
    ".atom": "feed_entry",
    ".rdf": "feed_entry",
    ".jsonfeed": "feed_entry",
    ".json": "wire.json_documents",
    ".xml": "wire.xml_documents",
}
"""Extension -> the module here whose `read` makes a Draft of such a document. It is imported with
the first such document: most runs need one format, and some need much to be loaded."""


class Reader(Protocol):
    """What a format's module offers."""

    def read(self, raw: bytes, context: Context) -> Draft:
        """The draft of a document. Raises ParseError, and nothing else."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An article, and how each line or element of its document was judged."""

    article: Article
    verdicts: tuple[Verdict, ...]


def parse(raw: bytes, name: str, context: Context) -> Article:
    """The article in a document.

    `name` is its POSIX path inside the corpus ("politik/2022-02-27-x.txt"); its date and first
    folder are metadata. Raises ParseError (reason, remedy) where there is no article in the bytes
    or their dates cannot be.
    """
    return metadata.complete(_draft(raw, name, context), name, context)


def explain(raw: bytes, name: str, context: Context) -> Explanation:
    """What `parse` makes of a document, and why. Raises ParseError."""
    draft = _draft(raw, name, context)
    return Explanation(metadata.complete(draft, name, context), tuple(draft.verdicts()))


def is_article(name: str) -> bool:
    """Whether a path inside the corpus names an article: a known format, no sidecar, not hidden."""
    hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
    return _extension(name) in _FORMATS and not hidden and not is_sidecar(name)


def _draft(raw: bytes, name: str, context: Context) -> Draft:
    module = _FORMATS.get(_extension(name))
    if module is None:
        known = ", ".join(_FORMATS)
        raise ParseError("no format of this extension is known", f"known are {known}")
    if name.lower().endswith(SUFFIX):
        raw = unpack(raw, context.limit)
    return cast(Reader, import_module(f"{__name__}.{module}")).read(raw, context)


def _extension(name: str) -> str:
    return PurePosixPath(inner_name(name)).suffix.lower()
