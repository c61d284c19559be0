"""Reading terms: the settings become the terms on which files are read.

In: settings, the corpus' folder, the instant. Out: `Terms`, with the rules as they stand now.
Called at the start of every run and by `newsfeed parse`, which therefore read alike.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from newsfeed.readings import Terms
from newsfeed.rule_files import read_rules
from newsfeed.settings import Settings


def terms_of(settings: Settings, root: Path, now: datetime) -> Terms:
    """On which terms files below `root` are read. Raises RulesError."""
    return Terms(
        root=root,
        limit=settings.max_file_bytes,
        seconds=settings.parse_seconds,
        zone=settings.zone,
        now=now,
        rules=read_rules(settings.rules),
        archive_limit=settings.max_archive_bytes,
    )
