"""Whoosh's schema, queries and API over NumPy arrays: a little library of its own."""
