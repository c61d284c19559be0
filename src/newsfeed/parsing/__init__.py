"""Parsing: the bytes of one file become an Article.

In: raw bytes, the file's path inside the corpus, and what is known around it (sidecar, file time).
Out: an Article without identity. Called by the indexer's workers and `newsfeed parse`. Adding a
format is one new file here and one line in the registry below.
"""
