"""Finding: one thing that is wrong with a feed, and the rule that says so.

In: what a checker saw. Out: values that the command prints and tests compare. Every checker in
this room declares its `Rule`s and yields `Finding`s of them. Nothing quoted from a document is
longer than `QUOTED`, and nothing in it can turn a line round or control a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
QUOTED = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, what mends it, and who says that it is wrong.

    An `error` breaks a specification or a promise to readers, a `warning` makes some readers
    stumble, a `note` is worth knowing. `entry` is the entry's id ("" for the feed itself), `line`
    its line in an XML document. `feed` and `format` are filled in by whoever knows them.
    """

    severity: Severity
    rule: str
    what: str
    remedy: str
    source: str
    entry: str = ""
    line: int | None = None
    feed: str = ""
    format: str = ""

    @property
    def message(self) -> str:
        """One sentence for people: the trouble, its remedy, its source."""
        return f"{self.what}; {self.remedy} ({self.source})"

    def within(self, feed: str, format: str = "") -> Finding:
        """The same finding, with the feed and the format it was made in."""
        return replace(self, feed=feed, format=format or self.format)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, how grave it is to break it, how that is mended, who says so."""

    name: str
    severity: Severity
    remedy: str
    source: str

    def broken(self, what: str, entry: str = "", line: int | None = None) -> Finding:
        """The finding that this rule is broken; `what` says how, without a full stop."""
        return Finding(
            self.severity, self.name, what, self.remedy, self.source, quoted(entry), line
        )


def quoted(text: str, longest: int = QUOTED) -> str:
    """The text as one short printable line: what cannot be printed stands as its code point."""
    shown = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown)
