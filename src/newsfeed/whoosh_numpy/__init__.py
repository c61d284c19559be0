"""Whoosh's schema, queries and API over NumPy arrays: an index in a folder of plain data.

    schema = whoosh.fields.Schema(id=ID(unique=True, stored=True), text=TEXT(stored=True))
    index = create_in("folder", schema)
    with index.writer() as writer:
        writer.update_document(id="1", text="Der Rhein steigt")
    with index.searcher() as searcher:
        results = searcher.search(QueryParser("text", schema).parse("rhein"))

Schemas, queries, facets and analysers are Whoosh's own. Knows numpy, whoosh and zstandard, and
nothing of the program that it is part of. README.md draws the files byte by byte.
"""

from newsfeed.whoosh_numpy.analysis.analyzers import WordAnalyzer
from newsfeed.whoosh_numpy.errors import (
    DamagedIndex,
    EngineError,
    SchemaMismatch,
    UnsupportedField,
    UnsupportedFile,
)
from newsfeed.whoosh_numpy.evaluation.limits import (
    BoostTooLarge,
    InvalidQuery,
    QueryTooDeep,
    TooManyTerms,
)
from newsfeed.whoosh_numpy.index import Index, create_in, exists_in, open_dir
from newsfeed.whoosh_numpy.searching.parser import MultifieldParser, QueryParser, QueryTooLong
from newsfeed.whoosh_numpy.writing.flushing import Limits
from newsfeed.whoosh_numpy.writing.workers import WorkerFailed

__all__ = [
    "BoostTooLarge",
    "DamagedIndex",
    "EngineError",
    "Index",
    "InvalidQuery",
    "Limits",
    "MultifieldParser",
    "QueryParser",
    "QueryTooDeep",
    "QueryTooLong",
    "SchemaMismatch",
    "TooManyTerms",
    "UnsupportedField",
    "UnsupportedFile",
    "WordAnalyzer",
    "WorkerFailed",
    "create_in",
    "exists_in",
    "open_dir",
]
