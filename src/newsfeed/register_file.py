"""The register's file: its tables, and how it is opened so that a commit outlives a power cut.

In: a path. Out: an engine on a register of a known format. Called by `register` and `push`, which
write, and by those who only read, such as `withdrawals`. Write-ahead logging with synchronous=FULL:
NORMAL loses acknowledged commits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from newsfeed.errors import NewsfeedError

SCHEMA_VERSION = 4
PATIENCE = 30.0
"""Seconds that a connection waits for another one that writes."""
_MIGRATIONS: Mapping[int, tuple[str, ...]] = {
    1: (
        "CREATE TABLE collections (path VARCHAR NOT NULL PRIMARY KEY, stamp VARCHAR, "
        "repeats INTEGER NOT NULL)",
        "CREATE TABLE likenesses (number INTEGER NOT NULL PRIMARY KEY, "
        "id VARCHAR NOT NULL UNIQUE, published INTEGER NOT NULL, first_seen INTEGER NOT NULL, "
        "version INTEGER NOT NULL, sketch BLOB NOT NULL)",
        "CREATE TABLE likeness_keys (key INTEGER NOT NULL, published INTEGER NOT NULL, "
        "first_seen INTEGER NOT NULL, number INTEGER NOT NULL, "
        "PRIMARY KEY (key, published, first_seen, number)) WITHOUT ROWID",
    ),
    2: (
        "CREATE TABLE retractions (key VARCHAR NOT NULL PRIMARY KEY, path VARCHAR NOT NULL, "
        "reason VARCHAR NOT NULL, version VARCHAR)",
    ),
    3: (
        "CREATE TABLE pings (feed VARCHAR NOT NULL PRIMARY KEY, since INTEGER NOT NULL, "
        "sequence INTEGER NOT NULL, attempts INTEGER NOT NULL, due VARCHAR, error VARCHAR)",
        "CREATE INDEX ix_pings_since ON pings (since)",
        "CREATE INDEX changes_withdrawals ON changes (sequence) WHERE kind = 'withdraw'",
        "CREATE TABLE hubs (url VARCHAR NOT NULL PRIMARY KEY, failures INTEGER NOT NULL, "
        "due VARCHAR NOT NULL, error VARCHAR NOT NULL)",
    ),
}
"""What makes of each older format the next one; a step, once released, stays as it is."""


class RegisterError(NewsfeedError):
    """The register cannot be used; the message says what to do."""


class RegisterLocked(RegisterError):  # noqa: N818 - says what it is
    """Another process writes for longer than `PATIENCE`."""


class _Instant(TypeDecorator[datetime]):
    """RFC 3339 text in UTC with microseconds: sorts right, and a person can read it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> str | None:  # noqa: ARG002
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: str | None, dialect: object) -> datetime | None:  # noqa: ARG002
        return datetime.fromisoformat(value) if value else None


_METADATA = MetaData()
ARTICLES = Table(
    "articles",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("path", String, index=True),
    Column("stamp", String),
    Column("url", String),
    Column("modified", _Instant, nullable=False),
    Column("first_seen", _Instant, nullable=False),
    Column("published", _Instant, nullable=False),
    Column("published_from", String, nullable=False),
    Column("updated", _Instant, nullable=False),
    Column("updated_from", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("parser", Integer, nullable=False),
    Column("text", String, nullable=False),
    Column("mark", String),
    Column("live", Boolean, nullable=False),
    Column("withdrawn_at", _Instant),
    Column("withdrawn_for", String),
    Column("revision", Integer, nullable=False),
    Column("article", LargeBinary, nullable=False),
)
REVISIONS = Table(
    "revisions",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", _Instant, nullable=False),
    Column("reason", String, nullable=False),
    Column("path", String, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("sidecar", LargeBinary),
)
CHANGES = Table(
    "changes",
    _METADATA,
    Column("sequence", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", _Instant, nullable=False),
    Column("reason", String, nullable=False),
    Index("changes_by_article", "id", "sequence"),
    Index("changes_withdrawals", "sequence", sqlite_where=text("kind = 'withdraw'")),
    sqlite_autoincrement=True,
)
COLLECTIONS = Table(
    "collections",
    _METADATA,
    Column("path", String, primary_key=True),
    Column("stamp", String),
    Column("repeats", Integer, nullable=False),
)
"""Files of several articles. `stamp` is that of the file once all its members had been taken in;
`repeats` counts those that gave way to the same article from elsewhere."""
RETRACTIONS = Table(
    "retractions",
    _METADATA,
    Column("key", String, primary_key=True),
    Column("path", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("version", _Instant),
)
"""Articles that their source took back, by the key of their name (`shelves.key_of`). `path` is the
file that said so, which may have gone since."""
LIKENESSES = Table(
    "likenesses",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False, unique=True),
    Column("published", Integer, nullable=False),
    Column("first_seen", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
)
"""Live articles as `likeness.ledger` compares them; instants in seconds since 1970."""
LIKENESS_KEYS = Table(
    "likeness_keys",
    _METADATA,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("published", Integer, primary_key=True),
    Column("first_seen", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Under each key the articles that have it, in the order of who was first."""
PINGS = Table(
    "pings",
    _METADATA,
    Column("feed", String, primary_key=True),
    Column("since", Integer, nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", _Instant),
    Column("error", String),
)
"""Feeds that the hub is to be told of, by name: the first and the last change it has not heard of,
how often it was told of the feed in vain, and when that may be tried again."""
HUBS = Table(
    "hubs",
    _METADATA,
    Column("url", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("due", _Instant, nullable=False),
    Column("error", String, nullable=False),
)
"""The hub that does not work at the moment, and when it is tried again."""


def open_file(path: Path, read_only: bool) -> Engine:
    """An engine on the register at `path`, created where it may be. Raises RegisterError."""
    mode = "ro" if read_only else "rwc"
    # readers hold no connection: they ask rarely, and nobody has to close them
    pool = {"poolclass": NullPool} if read_only else {}
    engine = create_engine(
        f"sqlite:///file:{quote(str(path.absolute()))}?mode={mode}&uri=true", **pool
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:
        try:
            _configure(connection, path, read_only)
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    try:
        with translated(path, "opened"):
            _check_version(engine, path, read_only)
    except RegisterError:
        engine.dispose()
        raise
    return engine


def _configure(connection: Any, path: Path, read_only: bool) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN, see `open_file`
    connection.execute(f"PRAGMA busy_timeout={PATIENCE * 1000:.0f}")
    if read_only:
        return
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous=FULL")
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if (mode, level) != ("wal", 2):
        raise RegisterError(f"{path}: needs WAL and synchronous=FULL; use a local disk")


@contextmanager
def translated(path: Path, doing: str) -> Iterator[None]:
    """Turns what the database raises into RegisterError; nothing committed is lost by it."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise RegisterLocked(
                f"{path}: another process writes into it; wait until it is done"
            ) from error
        raise RegisterError(
            f"{path}: cannot be {doing} ({error.orig}); look at the disk's space and the file's "
            "rights, then try again: what was committed stays"
        ) from error
    except DatabaseError as error:
        raise RegisterError(
            f"{path}: cannot be {doing} ({error.orig}); restore it from a backup"
        ) from error


def _check_version(engine: Engine, path: Path, read_only: bool) -> None:
    with engine.begin() as connection:
        version = connection.scalar(text("PRAGMA user_version")) or 0
        if version == SCHEMA_VERSION:
            return
        if version > SCHEMA_VERSION or version < 0:
            raise RegisterError(
                f"{path}: is a register of format {version}, this newsfeed reads up to format "
                f"{SCHEMA_VERSION}; use the version of newsfeed that wrote it"
            )
        if read_only:
            raise RegisterError(
                f"{path}: is a register of format {version}; `newsfeed index` brings it to "
                f"format {SCHEMA_VERSION}"
            )
        _renew(connection, version)


def _renew(connection: Connection, version: int) -> None:
    """Brings an empty file or an older register to this format, within the transaction."""
    if version == 0:
        _METADATA.create_all(connection)
    else:
        for step in range(version, SCHEMA_VERSION):
            for statement in _MIGRATIONS[step]:
                connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
