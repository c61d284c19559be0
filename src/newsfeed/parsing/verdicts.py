"""Verdicts: what became of each line of a captured page, and why.

In: the lines as they were judged, and what was taken from them. Out: one `Verdict` for each line.
Called by `newsfeed parse --explain` through the Draft that `capture` makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsfeed.parsing.body import Body
from newsfeed.parsing.classifier import Judgement
from newsfeed.parsing.draft import Verdict
from newsfeed.parsing.head import Head
from newsfeed.parsing.lines import Kind, Line, kind_of
from newsfeed.parsing.rules import Rules

_SIGNING = {Kind.BYLINE: "byline", Kind.DATE: "date"}


@dataclass(frozen=True, slots=True)
class Trial:
    """All that was found out about the lines of one page.

    The lines hold the kinds that their neighbours left them with; what their own words say is found
    out again when it is asked for. `rules` are the source's.
    """

    lines: list[Line]
    rules: Rules
    judged: Judgement
    region: tuple[int, int]
    head: Head
    body: Body

    def verdicts(self) -> Iterator[Verdict]:
        """A verdict for each line. The score is the model's probability that it is text."""
        for place, line in enumerate(self.lines):
            score = 1 - self.judged.none(place)
            yield Verdict(line.text, self._label(place), score, self._reason(place))

    def _label(self, place: int) -> str:
        line = self.lines[place]
        if place in self.body.kinds:
            return self.body.kinds[place]
        if place not in self.head.used:
            return line.kind.name.lower()
        if line.text == self.head.standfirst:
            return "standfirst"
        if line.text == self.head.kicker:
            return "kicker"
        return _SIGNING.get(line.kind, "headline")

    def _reason(self, place: int) -> str:
        line = self.lines[place]
        if self.rules.drops(line.text) or self.rules.ends(line.text):
            return "the source's rules"
        worded = kind_of(line.text)
        reasons = [f"words: {worded.name.lower()}"]
        if line.kind is not worded:
            reasons.append(f"neighbours: {line.kind.name.lower()}")
        first, last = self.region
        if not first <= place <= last:
            reasons.append(f"{'above' if place < first else 'below'} the text")
        return "; ".join([*reasons, f"model: {self.judged.reason(place)}"])
