"""A feed becomes its entries: each alone, named for good, the same while the feed moves on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import Article
from newsfeed.parsing import Context, ParseError, parse
from newsfeed.parsing.feed_files import split
from newsfeed.parsing.members import Piece

Sound = Callable[[Article], None]
CONTEXT = Context(now=datetime(2026, 1, 15, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"))


def rss(items: str, about: str = "<title>Blatt</title>", root: str = "") -> bytes:
    return f'<rss version="2.0" {root}><channel>{about}{items}</channel></rss>'.encode()


def pieces(raw: bytes) -> Sequence[Piece]:
    found = split(raw)
    assert found is not None
    return found


def article(piece: Piece) -> Article:
    return parse(piece.raw, f"x{piece.extension}", CONTEXT)


def test_each_item_is_a_feed_of_its_own() -> None:
    raw = rss("<item><title>A</title><guid>1</guid></item><item><title>B</title></item>")
    one, two = pieces(raw)
    assert (one.name, one.extension) == ("1", ".rss")
    assert two.name == ""
    assert [article(piece).headline for piece in (one, two)] == ["A", "B"]
    assert article(two).source == "Blatt"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (
            b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>x</id><title>A</title></entry>'
            b"</feed>",
            "x",
        ),
        (
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
            b' xmlns="http://purl.org/rss/1.0/"><channel><title>B</title></channel>'
            b'<item rdf:about="https://b.example/1"><title>A</title></item></rdf:RDF>',
            "https://b.example/1",
        ),
        (
            b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 7, "title": "A"}]}',
            "7",
        ),
        (
            b'\xef\xbb\xbf<?xml version="1.0"?>\n<?xml-stylesheet href="x"?><!-- > -->'
            b"<!DOCTYPE rss><rss><channel><item><title>A</title><guid> g </guid></item></channel>",
            "g",
        ),
    ],
    ids=["atom", "rdf", "json", "prolog"],
)  # fmt: skip
def test_every_kind_of_feed_is_known(raw: bytes, name: str) -> None:
    (piece,) = pieces(raw)
    assert piece.name == name
    assert article(piece).headline == "A"


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"<html><body>rss</body></html>", b"<nitf><rss/></nitf>", b"{}", b"[1]"),
        *(b"\x00\xff", b'{"note": "see jsonfeed.org/version/1"}', b"<!-- <rss> -->"),
        b"Ein Text ueber <rss>",
    ],
)
def test_what_is_no_feed_is_none(raw: bytes) -> None:
    assert split(raw) is None


def test_an_entry_keeps_its_bytes_while_the_feed_moves_on() -> None:
    """Dates of the feed, its other entries and counts of comments are none of the entry's."""
    spaces = 'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    counts = "<slash:comments>{}</slash:comments>"
    item = "<item><title>A</title><guid>1</guid>{}</item>"
    before = rss(
        item.format(counts.format(3)), "<title>B</title><pubDate>gestern</pubDate>", spaces
    )
    after = rss(
        "<item><title>Neu</title></item>\n\n" + item.format(counts.format(9)),
        "<title>B</title><pubDate>heute</pubDate>",
        spaces,
    )
    assert pieces(before)[0] == pieces(after)[1]


def test_a_json_entry_keeps_its_bytes_whatever_the_order_of_its_fields() -> None:
    one = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "A"}]}
    two = {"items": [{"title": "N", "id": "2"}, {"title": "A", "id": "1"}], **one}
    two["items"] = [{"title": "N", "id": "2"}, {"title": "A", "id": "1"}]
    assert pieces(json.dumps(one).encode())[0] == pieces(json.dumps(two).encode())[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "iso-8859-2", "koi8-r"])
def test_a_declared_encoding_is_believed(encoding: str) -> None:
    title = {"iso-8859-2": "Łódź grüßt", "koi8-r": "Привет"}.get(encoding, "Größe")
    feed = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><item><title>{title}</title>'
    (piece,) = pieces(f"{feed}</item></channel></rss>".encode(encoding))
    assert article(piece).headline == title


def test_a_wrongly_declared_encoding_is_seen_through() -> None:
    feed = '<?xml version="1.0" encoding="utf-8"?><rss><channel><item><title>Größe</title></item>'
    (piece,) = pieces(f"{feed}</channel></rss>".encode("cp1252"))
    assert article(piece).headline == "Größe"


def test_named_characters_and_broken_markup_are_read() -> None:
    (piece,) = pieces(rss("<item><title>M&uuml;hle & Bach&nbsp;</title><description>x<br></item>"))
    assert article(piece).headline == "Mühle & Bach"


def test_a_long_description_is_the_text_and_a_short_one_the_standfirst() -> None:
    long, short = "Ein langer Satz steht hier. " * 30, "Ein Anreißer."
    one, two = (
        article(piece)
        for text in (long, short)
        for piece in pieces(rss(f"<item><title>A</title><description>{text}</description></item>"))
    )
    assert (one.standfirst, one.text) == (None, long.strip())
    assert (two.standfirst, two.text) == (short, "")


def test_a_summary_that_repeats_the_beginning_is_left_out() -> None:
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    item = (
        "<item><title>A</title><description>Der erste Satz steht hier …</description>"
        "<content:encoded>&lt;p&gt;Der erste Satz steht hier und geht weiter.&lt;/p&gt;"
        "</content:encoded></item>"
    )
    (piece,) = pieces(rss(item, root=space))
    assert article(piece).standfirst is None


@pytest.mark.parametrize("name", ["title", "link", "guid", "description", "category"])
def test_nothing_active_comes_out_of_a_field(name: str, sound: Sound) -> None:
    evil = "&lt;img src=x onerror=alert(1)&gt;javascript:alert(1)&lt;svg onload=alert(1)&gt;"
    raw = rss(
        f"<item><title>A</title><{name}>{evil}</{name}>"
        "<enclosure url='data:image/png,x' type='image/png'/></item>"
    )
    for piece in pieces(raw):
        found = article(piece)
        sound(found)
        assert found.url is None
        assert found.images == ()
        assert not any(block.html for block in found.body)


def test_entities_and_crowds_are_refused() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + rss("<item/>")
    with pytest.raises(ParseError, match="entities"):
        split(bomb)
    with pytest.raises(ParseError, match="entries"):
        split(rss("<item/>" * 60_000))


def test_nothing_is_fetched_and_no_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a parser reached out")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    dtd = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname"/>'
    raw = dtd.encode() + rss(f"<item><title>A {include}</title></item>")
    (piece,) = pieces(raw)
    assert article(piece).headline == "A"


@pytest.mark.parametrize(
    "raw",
    [
        b"<!--" * 12_000,
        b"<?" * 25_000,
        b"<rss>" + b"<a>" * 16_000,
        rss("<item><title>" + "&a" * 20_000 + "</title></item>"),
        rss("<item><description>" + "&lt;b " * 8_000 + "</description></item>"),
        b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"[" * 40_000,
    ],
)
def test_the_worst_that_50_kilobytes_can_do_is_soon_over(raw: bytes) -> None:
    started = time.process_time()
    try:
        for piece in split(raw) or ():
            article(piece)
    except ParseError:
        pass
    assert time.process_time() - started < 2


@given(st.binary(max_size=300), st.sampled_from([b"<rss><channel><item>", b"<feed><entry>", b"{"]))
def test_any_bytes_are_split_or_refused(raw: bytes, head: bytes) -> None:
    for text in (raw, head + raw, head + raw + b"</item></channel></rss>"):
        try:
            found = split(text) or ()
        except ParseError:
            continue
        assert all(isinstance(piece.raw, bytes) for piece in found)


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.text(max_size=40) | st.none() | st.integers() | st.lists(st.text())
                for name in (
                    *("id", "url", "title", "content_html", "content_text", "summary"),
                    *("date_published", "tags", "authors", "author", "image", "language"),
                )
            },
        ),
        max_size=3,
    )
)
def test_any_json_feed_gives_sound_articles(items: list[dict[str, object]]) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    for piece in split(json.dumps(feed).encode()) or ():
        try:
            assert article(piece).headline.strip()
        except ParseError:
            continue


def test_prefixes_that_no_feed_declared_cost_nothing() -> None:
    raw = (
        b'<rss media:version="1"><channel><item media:kind="x"><title>A</title>'
        b"<media:content url='x'/><slash:comments>3</slash:comments></item></channel></rss>"
    )
    (piece,) = pieces(raw)
    assert b"<title>A</title>" in piece.raw


def test_a_namespace_that_is_no_address_is_told() -> None:
    raw = b'<rss xmlns:dc="&lt;b&gt;"><channel><item><title>A</title></item></channel></rss>'
    with pytest.raises(ParseError, match="namespaces"):
        split(raw)
