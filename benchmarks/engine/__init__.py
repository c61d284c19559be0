"""Benchmarks of the search engine `newsfeed.whoosh_numpy` against tantivy, FTS5, bm25s and Whoosh.

`python -m benchmarks.engine` runs them; ../README.md says what is measured and how to read it.
"""
