"""A schema is described so that a change that matters is noticed, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from whoosh import analysis, columns, fields
from whoosh.fields import Schema

from newsfeed.whoosh_numpy.errors import SchemaMismatch, UnsupportedField
from newsfeed.whoosh_numpy.storage.schema import compare, describe, extended


class Marked(analysis.Filter):  # type: ignore[misc]
    """A filter of one's own, whose terms are others with each edition."""

    def __init__(self, edition: int) -> None:
        self.fingerprint = f"edition {edition}"

    def __call__(self, tokens: Any) -> Any:
        return tokens


def every_kind() -> Schema:
    schema = Schema(
        text=fields.TEXT(stored=True, chars=True, sortable=True, spelling=True),
        german=fields.TEXT(analysis.LanguageAnalyzer("de")),
        fancy=fields.TEXT(analysis.FancyAnalyzer()),
        id=fields.ID(unique=True, stored=True),
        tags=fields.KEYWORD(commas=True, scorable=True),
        number=fields.NUMERIC(float, sortable=True),
        date=fields.DATETIME(),
        flag=fields.BOOLEAN(),
        grams=fields.NGRAM(),
        wordgrams=fields.NGRAMWORDS(),
        kept=fields.STORED(),
        column=fields.COLUMN(columns.NumericColumn("i")),
    )
    schema.add("*_note", fields.TEXT(), glob=True)
    return schema


def test_a_schema_agrees_with_its_own_description() -> None:
    described = json.loads(json.dumps(describe(every_kind())))
    compare(described, every_kind())


STANDARD = analysis.RegexTokenizer() | analysis.LowercaseFilter()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (fields.TEXT(), fields.ID(), "analyzer"),
        (fields.TEXT(), fields.TEXT(phrase=False), "format"),
        (fields.TEXT(), fields.TEXT(stored=True), "stored"),
        (fields.TEXT(), fields.TEXT(sortable=True), "column"),
        (fields.TEXT(), fields.TEXT(field_boost=2.0), "boost"),
        (fields.TEXT(), fields.TEXT(analysis.SimpleAnalyzer()), "analyzer"),
        (
            fields.TEXT(analysis.StandardAnalyzer(stoplist=["der"])),
            fields.TEXT(analysis.StandardAnalyzer(stoplist=["die"])),
            "analyzer",
        ),
        (
            fields.TEXT(analysis.RegexTokenizer(r"\w+")),
            fields.TEXT(analysis.RegexTokenizer(r"\S+")),
            "analyzer",
        ),
        (
            fields.TEXT(STANDARD | analysis.StemFilter(lang="de")),
            fields.TEXT(STANDARD | analysis.StemFilter(lang="en")),
            "analyzer",
        ),
        (fields.TEXT(STANDARD | Marked(1)), fields.TEXT(STANDARD | Marked(2)), "analyzer"),
        (fields.ID(), fields.ID(unique=True), "unique"),
        (fields.KEYWORD(), fields.KEYWORD(scorable=True), "scorable"),
        (fields.NUMERIC(), fields.NUMERIC(bits=64), "bits"),
        (fields.NUMERIC(), fields.NUMERIC(signed=False), "signed"),
        (fields.NUMERIC(bits=64), fields.NUMERIC(float), "numtype"),
        (fields.NGRAM(2, 3), fields.NGRAM(2, 4), "analyzer"),
    ],
)
def test_a_change_of_terms_or_arrays_is_named(before: Any, after: Any, said: str) -> None:
    described = describe(Schema(a=fields.ID(), photo=before))
    with pytest.raises(SchemaMismatch, match=f"field 'photo': {said} was .* and is "):
        compare(described, Schema(a=fields.ID(), photo=after))


def test_fields_may_be_added_and_given_up() -> None:
    described = describe(Schema(old=fields.TEXT(), kept=fields.ID()))
    compare(described, Schema(kept=fields.ID(), new=fields.DATETIME()))


def test_fields_given_up_stay_described() -> None:
    described = describe(Schema(old=fields.TEXT(), kept=fields.ID()))
    known = extended(described, Schema(kept=fields.ID(), new=fields.DATETIME()))
    assert sorted(known) == ["kept", "new", "old"]
    with pytest.raises(SchemaMismatch, match="field 'old'"):
        compare(known, Schema(old=fields.ID()))


def test_what_only_queries_use_may_change() -> None:
    before = fields.TEXT(multitoken_query="default")
    compare(describe(Schema(a=before)), Schema(a=fields.TEXT(multitoken_query="and")))


def test_the_name_of_a_columns_arrays_is_refused() -> None:
    schema = Schema(**{"date.column": fields.TEXT()})
    with pytest.raises(UnsupportedField, match=r"field 'date\.column'"):
        describe(schema)
