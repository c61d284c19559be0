"""What can go wrong with an index, by name.

    EngineError
    ├── DamagedIndex      a file is missing, cut off or not as it was written
    ├── UnsupportedFile   written by another version of the format
    ├── SchemaMismatch    the schema given is not the one the index was written with
    └── UnsupportedField  a field type, option or value that cannot be kept

An index that is not there raises `whoosh.index.EmptyIndexError`, a second writer
`whoosh.index.LockError`, as in Whoosh.
"""

from __future__ import annotations

from pathlib import Path


class EngineError(Exception):
    """Anything that the engine raises of its own."""


class DamagedIndex(EngineError):  # noqa: N818
    """A file of the index is not as it was written; only building the index anew helps."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}; the index has to be built anew")
        self.path = path
        self.reason = reason


class UnsupportedFile(EngineError):  # noqa: N818
    """A file of another version of the format."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            f"{path.name}: format {version}, this version reads {known}; "
            "the index has to be built anew"
        )


class SchemaMismatch(EngineError):  # noqa: N818
    """The schema given disagrees with the one in the index."""


class UnsupportedField(EngineError, TypeError):  # noqa: N818
    """A field type, an option of one, or a value that cannot be kept."""
