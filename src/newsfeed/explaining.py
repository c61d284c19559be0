"""Explaining: why a document became the article it did, as lines for people or as JSON.

In: an `Explanation`, the domain whose rules held, a width. Out: styled lines (nothing of the
document reaches them unescaped), or one JSON value. Called by `newsfeed parse --explain`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from rich.cells import cell_len, set_cell_size

from newsfeed.article import Article, Image, Related, to_dict
from newsfeed.corpus import shown
from newsfeed.parsing import Explanation, Verdict
from newsfeed.parsing.quality import Quality, quality

WIDTH = 100
"""Columns that a line has, where no narrower terminal shows it."""
_SCORE, _FIELD, _ORIGIN, _LABEL = 5, 11, 9, 16
_LOOKED_AT = 400
"""Characters of a text that are looked at: it is shown in one line, or two."""
_STYLES = {
    **dict.fromkeys(("prose", "paragraph", "text", "item", "quote", "list"), "green"),
    **dict.fromkeys(("headline", "kicker", "standfirst", "subheading", "entry", "head"), "cyan"),
    **dict.fromkeys(("byline", "author", "date", "caption", "credit", "mark"), "magenta"),
}

Span = tuple[str, str]
"""Text and its style, as rich names them."""
Line = tuple[Span, ...]


def as_json(explanation: Explanation, domain: str) -> dict[str, Any]:
    """The explanation as plain JSON values; "rules" is the domain whose rules held, or null."""
    return {
        "article": to_dict(explanation.article),
        "rules": domain or None,
        "verdicts": [
            {
                "text": _unicode(verdict.text),
                "label": _unicode(verdict.label),
                "score": None if verdict.score is None else float(verdict.score),
                "reason": _unicode(verdict.reason),
            }
            for verdict in explanation.verdicts
        ],
        "quality": asdict(quality(explanation.article)),
    }


def lines(explanation: Explanation, domain: str, width: int = WIDTH) -> Iterator[Line]:
    """The explanation for people: each line or element, then the fields, then the quality."""
    width = max(60, min(width, WIDTH))
    if explanation.verdicts:
        yield from _verdicts(explanation.verdicts, width)
        yield ()
    yield _field("rules", domain or "none for this source", "", width)
    for name, value, origin in _fields(explanation.article):
        yield _field(name, value, origin, width)
    yield ()
    yield from _quality(quality(explanation.article), width)


def _verdicts(verdicts: tuple[Verdict, ...], width: int) -> Iterator[Line]:
    column = min(_LABEL, _widest(verdict.label for verdict in verdicts))
    aside = min(width * 3 // 10, _widest(verdict.reason for verdict in verdicts))
    space = width - column - _SCORE - aside - 4
    for verdict in verdicts:
        label = _escaped(verdict.label)
        style = _STYLES.get(label.partition(" ")[0].lower(), "dim")
        score = "" if verdict.score is None else f"{verdict.score:.2f}"
        reasons = _wrapped(verdict.reason, aside)
        texts = _wrapped(verdict.text, space, max(1, len(reasons)))
        for text, reason in zip_longest(texts, reasons, fillvalue=""):
            yield _line(
                (set_cell_size(label, column), style),
                (f" {score:>{_SCORE}} ", "bold"),
                (set_cell_size(text, space) + "  ", ""),
                (set_cell_size(reason, aside), "dim"),
            )
            label = score = ""


def _widest(texts: Iterable[str]) -> int:
    return max(cell_len(_escaped(text)) for text in texts)


def _wrapped(text: str, width: int, most: int | None = None) -> list[str]:
    """A text in lines of so many columns; where it takes more than `most`, its beginning."""
    text = _escaped(text)
    if not text:
        return []
    width = max(8, width * len(text) // max(1, cell_len(text)))  # Chinese is twice as wide
    return wrap(text, width, max_lines=most, placeholder=" …", break_on_hyphens=False)


def _fields(article: Article) -> Iterator[tuple[str, str, str]]:
    """Every field that has a value: its name, the value in words, where it was found."""
    for name in article.__dataclass_fields__:
        if name == "provenance":
            continue
        for number, value in enumerate(_values(name, getattr(article, name))):
            origin = article.provenance.get(name, "")
            yield ("", value, "") if number else (name, value, origin)


def _values(name: str, value: Any) -> Iterable[str]:
    """A field's value in words, one line for each thing that deserves its own."""
    if not value:
        return ()
    if name == "body":
        kinds = _counted(block.kind for block in value)
        return (f"{sum(len(block.text) for block in value):,} characters: {kinds}",)
    if name == "leftovers":
        return (_counted(leftover.kind for leftover in value),)
    if name == "images":
        return map(_image, value)
    if name == "related":
        return map(_box, value)
    if name == "correction":
        return (f"{value.kind}: {value.text}",)
    if isinstance(value, datetime):
        return (value.isoformat(),)
    return (", ".join(value) if isinstance(value, tuple) else str(value),)


def _counted(kinds: Iterable[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in Counter(kinds).most_common())


def _image(image: Image) -> str:
    credit = f"credit {image.credit}" if image.credit else "no credit"
    return " | ".join(filter(None, (image.caption, credit, image.url)))


def _box(box: Related) -> str:
    return f"{box.header or 'without header'}: {len(box.links)} links"


def _field(name: str, value: str, origin: str, width: int) -> Line:
    space = width - _FIELD - _ORIGIN - 4
    cells = set_cell_size("".join(_wrapped(value, space, 1)), space)
    return _line((f"{name:<{_FIELD}}  ", "bold"), (f"{cells}  ", ""), (origin, "dim"))


def _quality(found: Quality, width: int) -> Iterator[Line]:
    yield ((f"{'quality':<{_FIELD}}  ", "bold"), (f"{found.score:.2f}", "bold"))
    for finding in found.findings:
        text = "".join(_wrapped(finding.text, width - _FIELD - 2, 1))
        yield ((f"{-finding.cost:>{_FIELD}.2f}  ", "yellow"), (text, ""))


def _line(*spans: Span) -> Line:
    """A line of these spans, without spaces at its end."""
    while spans and not spans[-1][0].strip():
        spans = spans[:-1]
    return (*spans[:-1], (spans[-1][0].rstrip(), spans[-1][1])) if spans else ()


def _escaped(text: str) -> str:
    """The beginning of a text on one line, whatever could fool a terminal written out."""
    return shown(" ".join(text[:_LOOKED_AT].split()))


def _unicode(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
