"""The engine's report: every contestant's figure in one row, and how newsfeed's stands to a target.

In: rows. Out: a table or JSON, and the rows that miss their floor. Called by all benchmarks of the
engine. Unlike the other benchmarks' ratios, a share here is newsfeed's figure divided by the
peer's, as the targets are written: below 1 is better for times and bytes, above 1 for rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import orjson

from benchmarks.engine.contestant import KERNEL, OURS, TANTIVY

Unit = Literal["ms", "/s", "MB"]
_NAME = 52
FLOORS = Path(__file__).parents[1] / "floors.json"


@dataclass(frozen=True, slots=True)
class Target:
    """What newsfeed's figure, or its share of `of`'s, shall be: at most or at least `bound`."""

    relation: Literal["<=", ">="]
    bound: float
    of: str | None = TANTIVY

    def met(self, value: float) -> bool:
        """Whether a value keeps to it."""
        return value <= self.bound if self.relation == "<=" else value >= self.bound

    def __str__(self) -> str:
        return f"{self.relation} {self.bound:g}{f' of {self.of}' if self.of else ''}"


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the report; a contestant without a figure could not take part."""

    name: str
    unit: Unit
    figures: Mapping[str, float]
    target: Target | None = None

    @property
    def share(self) -> float | None:
        """newsfeed's figure divided by the peer's that the target names, else by tantivy's."""
        return self._share(OURS)

    @property
    def share_with_kernel(self) -> float | None:
        """The same of newsfeed with its kernel."""
        return self._share(KERNEL)

    @property
    def met(self) -> bool | None:
        """Whether newsfeed keeps to the target; None where there is nothing to compare."""
        return self._met(OURS)

    @property
    def met_with_kernel(self) -> bool | None:
        """The same of newsfeed with its kernel."""
        return self._met(KERNEL)

    def _share(self, ours: str) -> float | None:
        of = (self.target.of if self.target else None) or TANTIVY
        if ours not in self.figures or of not in self.figures:
            return None
        return self.figures[ours] / self.figures[of]

    def _met(self, ours: str) -> bool | None:
        if self.target is None:
            return None
        value = self._share(ours) if self.target.of else self.figures.get(ours)
        return None if value is None else self.target.met(value)


@dataclass(slots=True)
class Report:
    """What one benchmark found on one corpus."""

    benchmark: str
    size: int
    source: str
    digest: str
    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(
        self, name: str, unit: Unit, figures: Mapping[str, float], target: Target | None = None
    ) -> None:
        """Adds a row."""
        self.rows.append(Row(name, unit, figures, target))

    def as_json(self) -> dict[str, Any]:
        """The report as plain values; `digest` names documents and questions."""
        return {
            "benchmark": f"engine {self.benchmark}",
            "size": self.size,
            "source": self.source,
            "digest": self.digest,
            "rows": [_row_as_json(row) for row in self.rows],
            "remarks": self.remarks,
        }

    def as_text(self) -> str:
        """The report as a table, missed targets marked."""
        names = list(dict.fromkeys(name for row in self.rows for name in row.figures))
        lines = [
            f"engine {self.benchmark}: {self.size:,} documents ({self.source}, {self.digest})",
            f"  {'':<{_NAME}}"
            + "".join(f"{name:>12}" for name in names)
            + f"{'share':>8}{'+C':>7}  target",
        ]
        lines += [_line(row, names) for row in self.rows]
        return "\n".join(lines + [f"  {remark}" for remark in self.remarks])


def broken(report: Report) -> Iterator[str]:
    """A line for each row worse than its floor in floors.json.

    Floors are kept by digest. Raises ValueError where they name no row, or where they were taken on
    another corpus of this size and source: a floor that compares nothing would hold for ever.
    """
    known = orjson.loads(FLOORS.read_bytes())["engine"]
    mine = known.get(report.digest)
    if mine is None:
        kin = [d for d, of in known.items() if of["corpus"] == f"{report.source} {report.size}"]
        if kin:
            raise ValueError(f"floors.json is for {kin}, this is {report.digest}: measure anew")
        return
    rows = {row.name: row for row in report.rows}
    for name, floor in mine["floors"].get(report.benchmark, {}).items():
        if name not in rows:
            raise ValueError(f"floors.json: engine {report.benchmark} has no {name!r}")
        if (line := _compared(rows[name], floor)) is not None:
            yield f"engine {report.benchmark} {report.size}, {name}: {line}"


def _compared(row: Row, floor: Mapping[str, float]) -> str | None:
    ((measure, bound),) = floor.items()
    value = row.share if measure.endswith("share") else row.figures.get(OURS)
    if value is None:
        return None  # the peer did not take part in this run
    least = measure.startswith("least")
    if value >= bound if least else value <= bound:
        return None
    return f"{value:.3g}, {measure} is {bound:g}"


def _row_as_json(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "unit": row.unit,
        "figures": {name: round(figure, 4) for name, figure in row.figures.items()},
        "share": _rounded(row.share),
        "share with kernel": _rounded(row.share_with_kernel),
        "target": None if row.target is None else str(row.target),
        "met": row.met,
        "met with kernel": row.met_with_kernel,
    }


def _line(row: Row, names: Sequence[str]) -> str:
    figures = [
        _figure(row.figures[name], row.unit) if name in row.figures else "" for name in names
    ]
    shares = ["" if s is None else f"{s:.2f}" for s in (row.share, row.share_with_kernel)]
    target = "" if row.target is None else str(row.target)
    return (
        f"  {row.name:<{_NAME}}"
        + "".join(f"{figure:>12}" for figure in figures)
        + f"{shares[0]:>8}{shares[1]:>7}  {target}{_verdict(row)}"
    )


def _verdict(row: Row) -> str:
    if row.met is not False:
        return ""
    return "  MISSED but for +C" if row.met_with_kernel else "  MISSED"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _figure(value: float, unit: Unit) -> str:
    digits = 0 if value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}"
