"""JSON documents: ninjs, digitalwires and schema.org items, and whatever else ends in .json."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfeed.article import Article, Image
from newsfeed.parsing import Context, ParseError, parse
from newsfeed.parsing.wire.json_documents import split

ReadJson = Callable[..., Article]
Sound = Callable[[Article], None]

ARTICLES = Path(__file__).parents[2] / "articles"
CONTEXT = Context(datetime(2026, 1, 15, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
ITEM = {
    "uri": "urn:x:1",
    "type": "text",
    "versioncreated": "2025-03-01T10:00:00+01:00",
    "headline": "Titel",
    "body_text": "Ein Satz steht hier.",
}


def golden(name: str) -> Any:
    return json.loads((ARTICLES / name).read_text(encoding="utf-8"))


def test_first_version_is_the_date_and_a_later_one_the_update(read_json: ReadJson) -> None:
    article = read_json({**ITEM, "firstcreated": "2025-02-28T09:00:00Z"})
    assert article.published == datetime(2025, 2, 28, 9, tzinfo=UTC)
    assert article.updated == datetime(2025, 3, 1, 9, tzinfo=UTC)
    assert read_json(ITEM).updated is None
    assert read_json(ITEM).provenance["published"] == "wire"


@pytest.mark.parametrize("status", ["canceled", "withheld", "stat:canceled"])
def test_withdrawn_items_are_refused(read_json: ReadJson, status: str) -> None:
    with pytest.raises(ParseError, match=r"status is (canceled|withheld)"):
        read_json({**ITEM, "pubstatus": status})


def test_an_embargo_holds_until_it_ends(read_json: ReadJson) -> None:
    item = {**ITEM, "embargoed": "2025-03-02T06:00:00+01:00"}
    assert read_json(item).published == datetime(2025, 3, 2, 5, tzinfo=UTC)
    early = Context(datetime(2025, 3, 1, 12, tzinfo=UTC), CONTEXT.zone)
    with pytest.raises(ParseError, match="embargoed until 2025-03-02T06:00:00"):
        parse(json.dumps(item).encode(), "item.json", early)
    with pytest.raises(ParseError, match="without a date"):
        read_json({**ITEM, "embargoed": "bis auf Weiteres"})
    with pytest.raises(ParseError, match="embargoed until 2099"):
        read_json({**ITEM, "embargoed": "2099-01-01T00:00:00Z"})


@pytest.mark.parametrize("kind", ["picture", "video", "audio", "event", "planning", 7, "ä\ud800"])
def test_items_that_are_no_texts_are_refused(kind: Any) -> None:
    with pytest.raises(ParseError, match="no text"):
        parse(json.dumps({**ITEM, "type": kind}).encode(), "item.json", CONTEXT)


def test_markup_is_preferred_to_plain_text_and_other_xml_is_none(read_json: ReadJson) -> None:
    bodies = [
        {"role": "x", "contenttype": "application/nitf+xml", "value": "<nitf><p>a</p></nitf>"},
        {"role": "y", "contenttype": "text/plain", "value": "b <p>"},
        {"role": "z", "value": "<p>c <b>d</b></p>"},
    ]
    item = {"uri": "urn:x:1", "headlines": [{"value": "Titel"}], "bodies": bodies}
    assert read_json(item).body[0].html == "c <b>d</b>"
    assert read_json({**item, "bodies": bodies[:2]}).text == "b <p>"
    assert read_json({**item, "bodies": bodies[:1]}).text == ""


def test_relative_links_are_joined_to_the_items_address(read_json: ReadJson) -> None:
    marked = {"uri": "https://a.example/texte/1", "headline": "T", "body_html": '<p><a href="2">x'}
    article = read_json(marked)
    assert article.url == "https://a.example/texte/1"
    assert article.body[0].html == '<a href="https://a.example/texte/2">x</a>'
    plain = read_json({**marked, "uri": "urn:x:1"})
    assert plain.url is None
    assert plain.body[0].html is None


def test_what_the_head_says_is_not_said_again(read_json: ReadJson) -> None:
    article = read_json(
        {
            **ITEM,
            "byline": "Von Anna Berg, dpa",
            "description_text": "Ein Satz steht",
            "body_text": "Titel\n\nVon Anna Berg, dpa\n\nEin Satz steht hier.",
        }
    )
    assert article.text == "Ein Satz steht hier."
    assert article.standfirst is None
    assert (article.authors, article.agencies) == (("Anna Berg", "dpa"), ("dpa",))


def test_an_agency_in_the_dateline_counts_where_no_field_names_one(read_json: ReadJson) -> None:
    begun = {**ITEM, "body_text": "Neustadt/Weinstraße (dpa/lrs) - Es regnet. (SPD) - Ja."}
    assert read_json(begun).agencies == ("dpa",)
    assert read_json({**begun, "byline": "Von Anna Berg, AFP"}).agencies == ("AFP",)
    assert read_json({**ITEM, "body_text": "Der Kandidat (SPD) - er lacht - ging."}).agencies == ()


def test_an_item_without_headline_takes_its_first_words(read_json: ReadJson) -> None:
    assert read_json({"uri": "urn:x:1", "body_text": "Wort " * 50}).headline == ("Wort " * 20)[:-1]
    with pytest.raises(ParseError, match="neither a headline nor text"):
        read_json({"uri": "urn:x:1", "headline": " ", "body_text": "\u200b"})


def test_pictures_of_videos_are_no_images(read_json: ReadJson) -> None:
    rendition = {"href": "https://a.example/x.jpg", "mimetype": "image/jpeg"}
    association = {"type": "video", "renditions": {"main": rendition}}
    assert read_json({**ITEM, "associations": {"a": association}}).images == ()
    shown = read_json({**ITEM, "associations": {"a": {**association, "type": "picture"}}})
    assert shown.images == (Image(url="https://a.example/x.jpg", media_type="image/jpeg"),)
    hostile = {"type": "picture", "renditions": {"m": {"href": "javascript:alert(1)"}}}
    assert read_json({**ITEM, "associations": {"a": hostile}}).images == ()


def test_schema_articles_lie_in_files_as_well(read_json: ReadJson) -> None:
    article = read_json(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": "Titel",
            "datePublished": "2025-03-01T10:00:00+01:00",
            "articleBody": "Ein Satz steht hier.",
        }
    )
    assert (article.headline, article.text) == ("Titel", "Ein Satz steht hier.")
    assert article.provenance["headline"] == "json-ld"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"name": "paket", "version": "1"}', "an object of 'name', 'version'"),
        (b'{"<script>": 1}', "an object of '<script>'"),
        (b"{}", "an empty object"),
        (b"[1, 2]", "a list"),
        (b'"Text"', "a str"),
        (b"null", "a NoneType"),
        (b"{", "not valid JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        (b"1" * 10_000, "not valid JSON"),
        (b"\x00\x01", "binary"),
        (b" ", "empty"),
        (b"[" + b"1," * 6_000_000 + b"1]", "larger than"),
        (json.dumps([ITEM, ITEM]).encode(), "a list of 2 news items"),
    ],
)
def test_anything_else_is_refused_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(ParseError, match=reason) as refusal:
        parse(raw, "item.json", CONTEXT)
    assert refusal.value.remedy


def test_a_list_of_items_is_split_into_documents_of_the_same_format() -> None:
    names = ["ninjs-1.json", "ninjs-2.json", "ninjs-3.json", "digitalwires.json"]
    items = [golden(name) for name in names]
    pieces = split(json.dumps({"items": [*items, {"no": "item"}, None]}).encode())
    assert pieces is not None
    assert [piece.name for piece in pieces] == [item.get("uri") or item["urn"] for item in items]
    assert [piece.url for piece in pieces] == [None, items[1]["uri"], None, None]
    for piece, name in zip(pieces, names, strict=True):
        assert piece.extension == ".json"
        alone = parse((ARTICLES / name).read_bytes(), "a.json", CONTEXT)
        assert parse(piece.raw, "a.json", CONTEXT) == alone


@pytest.mark.parametrize(
    "raw", [json.dumps(ITEM).encode(), b"[1]", b"{}", b"[", b"", b"\xff\xfe\x00"]
)
def test_other_documents_are_not_split(raw: bytes) -> None:
    assert split(raw) is None


@pytest.mark.parametrize("name", ["ninjs-1.json", "ninjs-3.json", "digitalwires.json"])
def test_no_value_is_followed_into_the_deep(sound: Sound, name: str) -> None:
    def deepened(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: deepened(one) for key, one in value.items()}
        return list(map(deepened, value)) if isinstance(value, list) else json.loads(deep)

    deep = "[" * 300 + "]" * 300
    kept = {name: one for name, one in golden(name).items() if name in ("uri", "urn", "headlines")}
    item = {**deepened(golden(name)), **kept, "headline": "Titel"}
    item = {key: value for key, value in item.items() if key not in ("type", "embargoed")}
    sound(parse(json.dumps(item).encode(), "item.json", CONTEXT))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
texts = st.sampled_from(
    [
        *(
            "<p>a <b>b</b></p>",
            "<script>x</script>",
            "javascript:x",
            "https://a.example/",
            "\ud800",
        ),
        *("2025-03-01T10:00:00Z", "9999-12-31", "text", "picture", "withheld", "\u202e\x00", " "),
        *("Von Anna Berg, dpa", "text/html", "de-AT", "Titel", "<p>" * 300),
    ]
)


@st.composite
def changed(draw: st.DrawFn) -> Any:
    """A golden item some of whose values, however deep, are other ones."""
    value = golden(
        draw(st.sampled_from(["ninjs-1.json", "ninjs-2.json", "ninjs-3.json", "digitalwires.json"]))
    )
    for _ in range(draw(st.integers(1, 5))):
        place = value
        while True:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list) or not place[key] or draw(st.booleans()):
                place[key] = draw(texts | values)
                break
            place = place[key]
    return value


@settings(deadline=None)
@given(values | changed() | st.lists(changed(), max_size=2))
def test_any_value_is_an_article_or_refused(sound: Sound, value: Any) -> None:
    raw = json.dumps(value).encode()
    split(raw)
    try:
        article = parse(raw, "item.json", CONTEXT)
    except ParseError:
        return
    sound(article)
