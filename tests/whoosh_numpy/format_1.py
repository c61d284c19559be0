"""The index of format 1 that is kept in `format-1/`, and how it was made.

    python -m tests.whoosh_numpy.format_1

In: nothing. Out: the index, and its answers in `format-1.json`. Run once, when the format was
settled; `test_format` opens the files for ever. A later version of the format gets a folder of its
own, and this one stays.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from whoosh import columns, fields, writing
from whoosh.analysis import LowercaseFilter, RegexTokenizer
from whoosh.query import And, Every, NumericRange, Or, Phrase, Prefix, Query, Term

from newsfeed.whoosh_numpy.index import Index, create_in, open_dir
from newsfeed.whoosh_numpy.writing import flushing
from newsfeed.whoosh_numpy.writing.flushing import Limits
from newsfeed.whoosh_numpy.writing.writer import Writer

FOLDER: Final = Path(__file__).parent / "format-1"
ANSWERS: Final = FOLDER.with_suffix(".json")

PLACES: Final = ("Aachen", "Bergdorf", "Celle", "Dachau", "Eutin", "Fürth", "Görlitz", "Husum")


def schema() -> fields.Schema:
    """Every kind of field, and every array that a segment may have."""
    words = RegexTokenizer() | LowercaseFilter()
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        title=fields.TEXT(words, stored=True, chars=True, field_boost=2.0),
        body=fields.TEXT(words, stored=True),
        flat=fields.TEXT(words, phrase=False),
        tags=fields.KEYWORD(stored=True, commas=True, scorable=True),
        places=fields.IDLIST(),
        pages=fields.NUMERIC(stored=True, sortable=True),
        price=fields.NUMERIC(Decimal, decimal_places=2, stored=True),
        date=fields.DATETIME(stored=True, sortable=True),
        urgent=fields.BOOLEAN(stored=True),
        grams=fields.NGRAM(minsize=2, maxsize=3),
        starts=fields.NGRAMWORDS(minsize=2, maxsize=3, at="start"),
        kept=fields.STORED(),
        rank=fields.COLUMN(columns.NumericColumn("i")),
    )


KEPT: Final[tuple[Any, ...]] = (
    "Text",
    b"\0bytes",
    7,
    0.5,
    True,
    None,
    [1, {"a": [None]}],
    "x" * 300,
)


def document(number: int) -> dict[str, Any]:
    place = PLACES[number % len(PLACES)]
    found = {
        "id": f"{number:04d}",
        "title": f"Hochwasser in {place}: Stufe {number % 5}",
        "body": f"In {place} steigt der Fluss. Der Fluss steigt seit Montag, sagt die Stadt. "
        * (1 + number % 4),
        "flat": "wasser " * (300 if number == 3 else 1 + number % 3),
        "tags": ",".join(["Wetter", place][: 1 + number % 2]),
        "places": f"{place} {PLACES[number % 3]}",
        "pages": number % 7 - 3,
        "price": Decimal(number) / 4,
        "date": datetime(2022, 2, 1 + number % 28, 6, tzinfo=UTC).replace(tzinfo=None),
        "urgent": number % 2 == 0,
        "grams": place,
        "starts": place,
        "kept": KEPT[number % len(KEPT)],
        "rank": number % 11,
    }
    if number % 9 == 0:
        del found["pages"], found["tags"]
    return found


DICTIONARY: Final = b" steigt der Fluss. Der Fluss steigt seit Montag, sagt die Stadt. In Husum"


MANY: Final = 65_541
"""More documents than the low halves of their numbers can tell apart; nearly all are empty."""


def make(folder: Path) -> Index:
    """A segment with lists long enough for best postings, small ones, a high one, deletions.

    Where segments are too small to learn a dictionary from, this one stands for it.
    """
    index = create_in(folder, schema())
    with (
        patch.object(Writer, "_dictionary", lambda _: DICTIONARY),
        patch.object(flushing, "TRAIN_FROM", 500),
    ):
        writer = index.writer(limits=Limits(docs=10_000))
        for number in range(20):
            writer.add_document(**document(number))
        for number in range(20, 540):
            writer.add_document(id=f"{number:04d}", flat="wasser" + " wasser" * (number % 2))
        writer.commit(mergetype=writing.NO_MERGE)
    writer = index.writer(limits=Limits(docs=10))
    for number in range(540, 555):
        writer.add_document(**document(number))
    writer.delete_by_term("tags", "Bergdorf")
    writer.update_document(**document(3))
    writer.commit(mergetype=writing.NO_MERGE)
    writer = index.writer(limits=Limits(docs=100_000))
    for number in range(MANY):
        writer.add_document(**({"places": "Linz Wien"} if number % 13_108 == 0 else {}))
    writer.commit(mergetype=writing.NO_MERGE, user={"sequence": 555})
    return index


QUERIES: Final[dict[str, Query]] = {
    "everything": Every(),
    "frequent": Term("body", "fluss"),
    "boosted": Term("title", "görlitz"),
    "long": Term("flat", "wasser"),
    "both": And([Term("title", "hochwasser"), Term("body", "husum")]),
    "either": Or([Term("title", "celle"), Term("tags", "Wetter")]),
    "phrase": Phrase("body", ["der", "fluss", "steigt"]),
    "prefix": Prefix("places", "F"),
    "high": Term("places", "Wien"),
    "gram": Term("grams", "ür"),
    "start": Term("starts", "gör"),
    "range": NumericRange("pages", -3, -2),
    "exact": Term("id", "0003"),
    "flag": Term("urgent", True),
}


def answers(index: Index) -> dict[str, Any]:
    """The first ten hits of each query with their scores, orders, stored values, terms."""
    with index.searcher() as searcher:
        found: dict[str, Any] = {}
        for name, query in QUERIES.items():
            results = searcher.search(query, limit=10)
            hits = [[hit.get("id"), hit.score.hex()] for hit in results]
            found[name] = {"total": len(results), "hits": hits}
        for field in ("pages", "date"):
            hits = searcher.search(Every(), sortedby=field, limit=5)
            found[f"by {field}"] = [hit["id"] for hit in hits]
        reader = searcher.reader()
        stored = [reader.stored_fields(doc) for doc in range(8)]
        found["stored"] = [repr(sorted(each.items())) for each in stored]
        found["ranks"] = list(reader.column_reader("rank"))[535:555]
        found["terms"] = [[name, term.hex()] for name, term in reader.all_terms()][::20]
        found["user"] = dict(index.user)
        return found


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    make(FOLDER)
    (FOLDER / "MAIN.lock").unlink()
    text = json.dumps(answers(open_dir(FOLDER, schema())), ensure_ascii=False, indent=1)
    ANSWERS.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
