"""A package by name, because a library that the tests need installs a `tests` of its own."""
