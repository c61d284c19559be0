"""XML documents: NewsML-G2 and NITF items, and whatever else ends in .xml."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from newsfeed.article import Article, Correction, Image
from newsfeed.parsing import Context, ParseError, parse
from newsfeed.parsing.wire.xml_documents import split

Read = Callable[..., Article]
ReadNewsml = Callable[..., Article]
Sound = Callable[[Article], None]

ARTICLES = Path(__file__).parents[2] / "articles"
NAMES = ["newsml-xhtml.xml", "newsml-nitf.xml", "newsml-plain.xml", "nitf-3.xml"]
CONTEXT = Context(datetime(2026, 1, 15, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
NAR = "{http://iptc.org/std/nar/2006-10-01/}"


@pytest.mark.parametrize("status", ["stat:canceled", "stat:withheld"])
def test_withdrawn_items_are_refused(read_newsml: ReadNewsml, status: str) -> None:
    with pytest.raises(ParseError, match="status is"):
        read_newsml(f'<pubStatus qcode="{status}"/>')
    uri = f"http://cv.iptc.org/newscodes/pubstatusg2/{status[5:]}"
    with pytest.raises(ParseError, match="status is"):
        read_newsml(f'<pubStatus uri="{uri}"/>')


def test_an_embargo_without_a_date_has_no_end(read_newsml: ReadNewsml) -> None:
    with pytest.raises(ParseError, match="embargoed without a date"):
        read_newsml("<embargoed/>")
    with pytest.raises(ParseError, match="embargoed until 2026-01-20"):
        read_newsml("<embargoed>2026-01-20T06:00:00+01:00</embargoed>")


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("<newsItem><itemMeta><itemClass qcode='ninat:picture'/></itemMeta></newsItem>", "picture"),
        ("<packageItem guid='x'><groupSet/></packageItem>", "a packageitem, no text"),
        ("<newsMessage><itemSet><conceptItem/></itemSet></newsMessage>", "a conceptitem, no text"),
        ("<newsMessage><header/></newsMessage>", "a newsmessage, no text"),
        ("<newsItem/>", "neither a headline nor text"),
        ("<nitf/>", "neither a headline nor text"),
        ("<invoice><number>1</number></invoice>", "an XML document <invoice>"),
        ("<newsItem>", "not well-formed XML at line 1"),
        ("Text", "not well-formed XML"),
        ("", "empty"),
        ("<a>" * 300 + "</a>" * 300, "not well-formed"),
        ("<nitf>" + "<p/>" * 200_001 + "</nitf>", "more than 200000 elements"),
        ('<!DOCTYPE nitf [<!ENTITY a "b">]><nitf>&a;</nitf>', "DOCTYPE"),
        ('<?xml version="1.0"?><!-- <a> --><!DOCTYPE nitf [<!ENTITY a "b">]><nitf/>', "DOCTYPE"),
        ('<!DOCTYPE nitf [<!ENTITY % a SYSTEM "file:///x"> %a;]><nitf/>', "DOCTYPE"),
        ('<!DOCTYPE nitf SYSTEM "x.dtd"><nitf>&what;</nitf>', "an entity that is not known"),
        ('<!DOCTYPE nitf SYSTEM "x.dtd"><nitf><a b="&what;"/></nitf>', "an entity that is not"),
        ("<nitf>&what;</nitf>", "not well-formed"),
        (f"<nitf>{'a' * 10_000_000}</nitf>", "larger than"),
    ],
)
def test_anything_else_is_refused_with_a_reason(read: Read, document: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason) as refusal:
        read(document, "item.xml")
    assert refusal.value.remedy


def test_entities_are_refused_in_utf_16_as_well(read: Read) -> None:
    bomb = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE nitf [<!ENTITY a "b">]><nitf>&a;</nitf>'
    )
    with pytest.raises(ParseError, match="DOCTYPE"):
        read(bomb.encode("utf-16"), "item.xml")


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("UTF-8", "utf-8"),
        ("UTF-8", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("UTF-16", "utf-16"),
        ("", "cp1252"),
    ],
)
def test_letters_are_right_whatever_the_declaration(
    read: Read, declared: str, encoding: str
) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    document = f"{prolog}<nitf><head><title>Größe zählt für Mühlen</title></head></nitf>"
    assert read(document.encode(encoding), "item.xml").headline == "Größe zählt für Mühlen"


def test_a_dtd_may_be_named_and_is_not_fetched(read: Read) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/nitf-3-3.dtd"
        article = read(
            f'<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "{address}"><nitf><body><body.head>'
            "<hedline><hl1>Caf&eacute; &amp; B&auml;ckerei</hl1></hedline></body.head></body>"
            "</nitf>",
            "item.xml",
        )
        with pytest.raises(BlockingIOError):
            server.accept()
    assert article.headline == "Café & Bäckerei"


def test_no_file_is_read(read: Read, tmp_path: Path) -> None:
    secret = tmp_path / "geheim.txt"
    secret.write_text("geheim")
    include = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'
    )
    head = "<body.head><hedline><hl1>Titel</hl1></hedline></body.head>"
    body = f"<body.content><p>Text {include}</p></body.content>"
    assert read(f"<nitf><body>{head}{body}</body></nitf>", "item.xml").text == "Text"


def test_plain_and_marked_up_inline_data(read_newsml: ReadNewsml) -> None:
    escaped = (
        "<inlineData contenttype='text/html'>&lt;p&gt;a &lt;b&gt;b&lt;/b&gt;&lt;/p&gt;</inlineData>"
    )
    assert read_newsml(body=escaped).body[0].html == "a <b>b</b>"
    assert read_newsml(body="<inlineData>eins\nzwei</inlineData>").text == "eins\n\nzwei"


def test_pictures_that_are_only_linked(read_newsml: ReadNewsml) -> None:
    links = """<link residref="urn:x:2" href="https://a.example/brand.jpg">
    <itemClass qcode="ninat:picture"/><title>Brand am Hafen</title></link>
    <link residref="urn:x:3" href="javascript:alert(1)"><itemClass qcode="ninat:picture"/>
    <title>Nichts</title></link>
    <link residref="urn:x:4" href="https://a.example/text"><itemClass qcode="ninat:text"/></link>"""
    assert read_newsml(links).images == (
        Image("Brand am Hafen", None, "https://a.example/brand.jpg"),
    )


def test_kickers_are_known_by_role_or_by_the_rank_that_dpa_gives_them(
    read_newsml: ReadNewsml,
) -> None:
    ranked = read_newsml(content='<headline rank="3">A</headline><headline rank="1">B</headline>')
    assert (ranked.kicker, ranked.headline) == ("A", "B")
    roles = '<headline role="hld:overline">A</headline><headline>B</headline>'
    assert (read_newsml(content=roles).kicker, read_newsml(content=roles).headline) == ("A", "B")
    assert read_newsml(content='<headline rank="3">A</headline>').kicker is None


def test_the_signal_marks_corrections(read_newsml: ReadNewsml) -> None:
    article = read_newsml('<signal qcode="sig:correction"/>')
    assert article.correction == Correction("correction", "Korrektur")


def test_creators_sign_where_there_is_no_byline_but_logins_are_no_names(
    read_newsml: ReadNewsml,
) -> None:
    content = "<headline>Titel</headline><creator><name>Anna Berg</name></creator>"
    content += "<creator><name>berg.anna</name></creator><creditline>dpa</creditline>"
    article = read_newsml(content=content)
    assert (article.authors, article.agencies) == (("Anna Berg",), ("dpa",))


def test_dates_of_nitf(read: Read) -> None:
    def published(issue: str, release: str = "") -> datetime | None:
        dates = f'<date.issue norm="{issue}"/>'
        dates += f'<date.release norm="{release}"/>' if release else ""
        head = f"<head><title>Titel</title><docdata>{dates}</docdata></head>"
        return read(f"<nitf>{head}</nitf>", "item.xml").published

    assert published("20250312T063000+0100") == datetime(2025, 3, 12, 5, 30, tzinfo=UTC)
    assert published("20250312T063000Z") == datetime(2025, 3, 12, 6, 30, tzinfo=UTC)
    assert published("2025-03-12T06:30:00+01:00") == datetime(2025, 3, 12, 5, 30, tzinfo=UTC)
    midnight = datetime.combine(date(2025, 3, 12), datetime.min.time(), CONTEXT.zone)
    assert published("20250312T000000+0100") == midnight
    assert published("20250312") == midnight
    assert published("20250312T063000Z", "20250312T080000Z") == datetime(2025, 3, 12, 8, tzinfo=UTC)
    with pytest.raises(ParseError, match="embargoed until"):
        published("20250312T063000Z", "20990312T080000Z")


def message(*parts: str) -> bytes:
    items = "".join(parts)
    return f'<newsMessage xmlns="{NAR[1:-1]}"><itemSet>{items}</itemSet></newsMessage>'.encode()


def item(guid: str, kind: str, *links: str) -> str:
    linked = "".join(f'<link residref="{link}"/>' for link in links)
    return (
        f'<newsItem guid="{guid}"><itemMeta><itemClass qcode="ninat:{kind}"/>{linked}</itemMeta>'
        f"<contentMeta><headline>{guid}</headline><description>Zu {guid}</description>"
        "</contentMeta>"
        f'<contentSet><remoteContent href="https://a.example/{guid}.jpg"/></contentSet></newsItem>'
    )


def test_a_message_of_several_texts_is_split_and_each_keeps_its_pictures() -> None:
    raw = message(item("a", "text", "p"), item("p", "picture"), item("https://b.example/b", "text"))
    with pytest.raises(ParseError, match="a newsMessage of 2 texts"):
        parse(raw, "item.xml", CONTEXT)
    pieces = split(raw)
    assert pieces is not None
    assert [(piece.name, piece.url) for piece in pieces] == [
        ("a", None),
        ("https://b.example/b", "https://b.example/b"),
    ]
    first, second = (parse(piece.raw, "item.xml", CONTEXT) for piece in pieces)
    assert [image.caption for image in first.images if image.caption] == ["Zu p"]
    assert [image.caption for image in second.images if image.caption] == []


def test_a_message_cannot_blow_up_when_it_is_split() -> None:
    picture = item("p", "picture").replace("Zu p", "x" * 1_000_000)
    pieces = split(message(picture, *(item(f"t{n}", "text", "p") for n in range(200))))
    assert pieces is not None
    assert len(pieces) == 200
    assert sum(len(piece.raw) for piece in pieces) < 21_000_000


@pytest.mark.parametrize("name", NAMES)
def test_documents_of_one_article_are_not_split(name: str) -> None:
    assert split((ARTICLES / name).read_bytes()) is None


@pytest.mark.parametrize("raw", [b"", b"<", b"<rss/>", b"\xff\xfe\x00", message()])
def test_other_documents_are_not_split(raw: bytes) -> None:
    assert split(raw) is None


texts = st.sampled_from(
    [
        *("", "Titel", "2025-03-01T10:00:00Z", "9999-12-31", "javascript:alert(1)", "\u202e\x85"),
        *("Von Anna Berg, dpa", "stat:usable", "ninat:text", "text/html", "https://a.example/"),
        *("<p onclick='x'>a</p><script>b</script>", "image", "video", "99999999999999999999"),
    ]
)


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A golden document some of whose elements and attributes are others, or elsewhere."""
    name = draw(st.sampled_from(NAMES))
    root = etree.fromstring((ARTICLES / name).read_bytes())
    for _ in range(draw(st.integers(1, 5))):
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        node, other = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        match draw(st.integers(0, 4)):
            case 0:
                node.text = draw(texts)
            case 1:
                node.attrib.update({key: draw(texts) for key in list(node.attrib)})
            case 2:
                node.tag = other.tag
            case 3 if node is not root:
                parent = node.getparent()
                assert parent is not None
                parent.remove(node)
            case _:
                node.append(etree.fromstring(etree.tostring(other, with_tail=False)))
        if len(etree.tostring(root)) > 100_000:
            break
    return etree.tostring(root)


@settings(deadline=None)
@given(changed() | st.binary(max_size=40))
def test_any_tree_is_an_article_or_refused(sound: Sound, raw: bytes) -> None:
    split(raw)
    try:
        article = parse(raw, "item.xml", CONTEXT)
    except ParseError:
        return
    sound(article)
