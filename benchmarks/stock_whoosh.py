"""The peer: Whoosh as its documentation uses it, over the same articles.

In: articles, queries. Out: the same ten articles a page that newsfeed gives. Called by
`bench_index` and `bench_search`. It has every advantage that Whoosh offers: one searcher kept open
for all queries (which no two threads may share), its own German analyzer, its default storage
without a single fsync.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, index, query, sorting
from whoosh.analysis import LanguageAnalyzer
from whoosh.qparser import MultifieldParser, OrGroup
from whoosh.writing import CLEAR

from newsfeed.article import Article, from_json, to_json
from newsfeed.search.interface import Query, Results
from newsfeed.slugs import slug

_SEARCHED = {"headline": 2.0, "standfirst": 1.5, "text": 1.0, "caption": 0.7, "author": 1.0}


class StockWhoosh:
    """An index of stock Whoosh in a folder."""

    def __init__(self, folder: Path) -> None:
        german = fields.TEXT(analyzer=LanguageAnalyzer("de"), stored=False)
        schema = fields.Schema(
            id=fields.ID(unique=True, stored=True),
            headline=german,
            standfirst=german,
            text=fields.TEXT(analyzer=LanguageAnalyzer("de"), stored=True),
            caption=german,
            author=fields.TEXT(),
            section=fields.ID(sortable=True),
            published=fields.DATETIME(sortable=True),
            article=fields.STORED(),
        )
        self._index = index.create_in(folder, schema)
        self._parser = MultifieldParser(
            list(_SEARCHED), schema, fieldboosts=_SEARCHED, group=OrGroup
        )
        self._searcher: Any = None

    def rebuild(self, articles: Iterable[Article]) -> None:
        """Replaces everything."""
        writer = self._index.writer(limitmb=256)
        for article in articles:
            writer.add_document(**_document(article))
        writer.commit(mergetype=CLEAR)
        self._reopen()

    def update(self, article: Article) -> None:
        """Replaces one article."""
        writer = self._index.writer()
        writer.update_document(**_document(article))
        writer.commit()
        self._reopen()

    def search(self, wanted: Query) -> list[Article]:
        """The first page, its articles read."""
        parsed = self._parser.parse(wanted.text) if wanted.text else query.Every()
        results = self._searcher.search(
            parsed,
            limit=wanted.limit,
            filter=query.Term("section", wanted.section) if wanted.section else None,
            sortedby="published" if wanted.sort == "newest" else None,
            reverse=wanted.sort == "newest",
            groupedby=sorting.FieldFacet("section") if wanted.facets else None,
        )
        page = results[: wanted.limit]  # grouping gives every match
        if wanted.snippets:
            for hit in page:
                hit.highlights("text", top=1)
        return [from_json(hit["article"]) for hit in page]

    def close(self) -> None:
        """Lets go of the files."""
        self._searcher.close()
        self._index.close()

    def _reopen(self) -> None:
        if self._searcher is not None:
            self._searcher.close()
        self._searcher = self._index.searcher()


def same_work(ours: Results, peer: list[Article]) -> bool:
    """Whether both found something, or both nothing: a wrong query would be quick for one."""
    return bool(ours.hits) == bool(peer)


def _document(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "headline": " ".join(filter(None, (article.kicker, article.headline))),
        "standfirst": article.standfirst,
        "text": article.text,
        "caption": " ".join(image.caption or "" for image in article.images),
        "author": ", ".join(article.authors),
        "section": slug(article.section or ""),
        "published": article.date.replace(tzinfo=None),
        "article": to_json(article).decode(),
    }
