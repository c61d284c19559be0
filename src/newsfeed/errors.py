"""The errors a person can mend. Each room defines its own below `NewsfeedError`:

NewsfeedError
├── SettingsError      a setting is wrong                       (settings)
├── RulesError         a rule file is wrong                     (rule_files)
├── CorpusError        the folder cannot be read                (corpus)
├── ParseError         a file is no article                     (parsing)
├── RegisterError      the register cannot be used              (register_file)
│   └── RegisterLocked     another process writes for long
├── UnknownSequence    the log never gave out this number      (change_log)
├── MemoryFileError    what lint remembers cannot be used      (lint.memory)
├── LintError          a document cannot be looked at          (lint_command)
├── PushError          the hub cannot be told                   (push)
│   └── Busy               at the moment
├── IndexerError       a run was refused or is impossible       (indexer)
│   └── Refused        a reindex would change too much
└── SearchError        what a search backend has to say         (search.interface)
    ├── InvalidQuery       the query cannot be understood
    └── IndexUnavailable   there is no index to search
        └── IndexOutdated      an older newsfeed wrote it

The command line turns every one of them into a line and an exit code.
"""

from __future__ import annotations

from typing import ClassVar


class NewsfeedError(Exception):
    """Something went wrong that a person can mend; the message says how.

    `misuse` tells that what was asked for was wrong, not the world.
    """

    misuse: ClassVar[bool] = False
