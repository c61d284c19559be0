"""Rights and files: an article's copyright line, and what its source says of an image's file."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from newsfeed.article import Article, Image
from newsfeed.parsing import ParseError
from newsfeed.parsing.pagedata.renditions import MAX_LENGTH, image_type, length_of, widest
from newsfeed.parsing.pagedata.renditions import rendition as read_rendition
from newsfeed.parsing.pagedata.rights import MAX_RIGHTS, held_by, notice
from newsfeed.parsing.rules import RuleBook, Rules
from newsfeed.parsing.sidecar import read_sidecar

Read = Callable[..., Article]
Sound = Callable[[Article], None]

CAPTURE = """Der Fährmann von Norderhaven hört auf

Nach vierzig Jahren legt er zum letzten Mal ab, und niemand will sein Boot übernehmen.

Am Montag standen noch einmal drei Autos auf dem Deck. Mehr passen nicht auf das Boot, und mehr
wollten auch nicht hinüber, seit es die neue Straße gibt.

Im Frühjahr wird das Boot verkauft. Ein Museum an der Schlei hat sich schon gemeldet.

{line}

Zur Startseite
"""
PAGE = """<html lang="de"><head><title>Fähre</title>{head}</head><body><main><article>
<h1>Der Fährmann hört auf</h1>
<p>Nach vierzig Jahren legt er am Montag zum letzten Mal ab, und niemand will sein Boot.</p>
<p>Im Frühjahr wird es verkauft. Ein Museum an der Schlei hat sich bei ihm schon gemeldet.</p>
</article></main><footer id="fuss">© Verlag am Kai, 2026</footer></body></html>"""
RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Bote</title>
{channel}<item><guid>1</guid><title>Titel</title><description>Ein Satz.</description>{item}</item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Bote</title>{feed}<entry><id>1</id>
<title>Titel</title><content>Ein Satz steht hier.</content>{entry}</entry></feed>"""
NITF = """<nitf><head><docdata>{data}</docdata></head><body><body.head><hedline><hl1>Titel</hl1>
</hedline></body.head><body.content><p>Ein Satz steht hier.</p></body.content></body></nitf>"""
NEWSML = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1" xml:lang="de">
{rights}<itemMeta><itemClass qcode="ninat:text"/></itemMeta>
<contentMeta><headline>Titel</headline></contentMeta>
<contentSet>{body}</contentSet></newsItem>"""
PLAIN = "<inlineData>Ein Satz steht hier.</inlineData>"


@pytest.mark.parametrize(
    "line",
    [
        "© dpa-infocom, dpa:260228-99-123456/3",
        "(c) dpa-infocom GmbH",
        "© 2026 Norderhavener Bote",
        "© Norderhavener Bote 2001–2026",
        "© Copyright Verlag am Kai GmbH & Co. KG",
        "Copyright: Syndikat, 2026",
        "Copyright © Hafenblatt - alle Rechte vorbehalten",
    ],
)
def test_the_copyright_line_of_a_captured_page(read: Read, line: str) -> None:
    article = read(CAPTURE.format(line=line))
    assert article.rights == line
    assert article.provenance["rights"] == "text"
    assert article.body == read(CAPTURE.format(line="")).body
    assert line in [left.text for left in article.leftovers]


def test_what_a_footer_lists_behind_it_is_left_out(read: Read) -> None:
    article = read(CAPTURE.format(line="© 2026 Bote am Kai | Impressum | Datenschutz"))
    assert article.rights == "© 2026 Bote am Kai"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "© Bildwerk Nord",
        "© Bildwerk Nord/Jan Berg 2026",
        "© 2026 Getty Images",
        "© dpa",
        "© 2026",
        "Copyright",
        "Alle Rechte vorbehalten",
        "Der Verlag © 2026 lebt.",
        "© 2026 " + "Verlag " * 40,
    ],
)
def test_other_lines_are_none(read: Read, line: str) -> None:
    article = read(CAPTURE.format(line=line))
    assert article.rights is None
    assert "rights" not in article.provenance


@pytest.mark.parametrize(
    ("head", "rights", "origin"),
    [
        ('<meta name="copyright" content=" © Verlag&amp;nbsp;am Kai ">', "© Verlag am Kai", "meta"),
        ('<meta name="DCTERMS.rights" content="Bote am Kai, 2026">', "Bote am Kai, 2026", "meta"),
        ('<meta name="copyright" content="Copyright (c) 2026">', None, None),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Der Fährmann'
            ' hört auf", "copyrightHolder": {"name": "Bote"}, "copyrightYear": "2026"}</script>'
            '<meta name="copyright" content="Verlag am Kai">',
            "© 2026 Bote",
            "json-ld",
        ),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "copyrightNotice": '
            '["Alle Rechte vorbehalten", "© Bote <b>am Kai</b>"]}</script>',
            "© Bote am Kai",
            "json-ld",
        ),
    ],
)
def test_the_data_of_a_page(read: Read, head: str, rights: str | None, origin: str | None) -> None:
    article = read(PAGE.format(head=head), "seite.html")
    assert (article.rights, article.provenance.get("rights")) == (rights, origin)


def test_rules_of_a_source_name_the_element(read: Read) -> None:
    rules = RuleBook({"bote.example": Rules(rights="#fuss")})
    page = PAGE.format(head='<meta name="copyright" content="Verlag">')
    article = read(page, "seite.html", url="https://bote.example/faehre", rules=rules)
    assert article.rights == "© Verlag am Kai, 2026"
    assert article.provenance["rights"] == "rules"


def test_a_sidecar_wins(read: Read) -> None:
    sidecar = read_sidecar(b'rights = "\xc2\xa9 Jan  Berg"', "x.meta.toml")
    article = read(CAPTURE.format(line="© 2026 Bote"), sidecar=sidecar)
    assert (article.rights, article.provenance["rights"]) == ("© Jan Berg", "sidecar")
    with pytest.raises(ParseError, match="'rights' is wrong"):
        read_sidecar(b'rights = "' + b"x" * 301 + b'"', "x.meta.toml")


@pytest.mark.parametrize(
    ("document", "name", "rights"),
    [
        (
            RSS.format(channel="<copyright>Bote 2026</copyright>", item=""),
            "feed.rss",
            "Bote 2026",
        ),
        (
            RSS.format(
                channel="<copyright>Bote 2026</copyright>", item="<dc:rights>© Jan Berg</dc:rights>"
            ),
            "feed.rss",
            "© Jan Berg",
        ),
        (ATOM.format(feed="<rights>© Bote</rights>", entry=""), "feed.atom", "© Bote"),
        (
            ATOM.format(
                feed="<rights>© Bote</rights>",
                entry='<rights type="html">&amp;copy; &lt;b&gt;Berg&lt;/b&gt;</rights>',
            ),
            "feed.atom",
            "© Berg",
        ),
        (ATOM.format(feed="", entry=""), "feed.atom", None),
        (
            NITF.format(data='<doc.copyright holder="Bote" year="2026"/>'),
            "item.xml",
            "© 2026 Bote",
        ),
        (NITF.format(data='<doc.copyright year="2026"/>'), "item.xml", None),
        (
            NEWSML.format(
                rights="<rightsInfo><copyrightHolder><name xml:lang='en'>Messenger</name>"
                "<name xml:lang='de'>Bote</name></copyrightHolder></rightsInfo>",
                body=PLAIN,
            ),
            "item.xml",
            "© Bote",
        ),
        (
            NEWSML.format(
                rights="<rightsInfo><copyrightHolder literal='Bote'/>"
                "<copyrightNotice>© 2026 Bote</copyrightNotice></rightsInfo>",
                body=PLAIN,
            ),
            "item.xml",
            "© 2026 Bote",
        ),
        (
            NEWSML.format(
                rights="",
                body="<inlineXML>"
                + NITF.format(data='<doc.copyright holder="Bote"/>')
                + "</inlineXML>",
            ),
            "item.xml",
            "© Bote",
        ),
    ],
)
def test_the_field_that_each_format_has(
    read: Read, sound: Sound, document: str, name: str, rights: str | None
) -> None:
    article = read(document, name)
    sound(article)
    assert article.rights == rights


@trying(deadline=None)
@given(st.one_of(st.text(max_size=2000), st.integers(), st.none(), st.lists(st.text())))
def test_a_line_is_short_and_clean_whatever_is_stated(value: Any) -> None:
    for line in (notice(value), held_by(value, value)):
        assert line is None or 0 < len(line) <= MAX_RIGHTS
        assert line is None or line == " ".join(line.split())


@pytest.mark.parametrize("text", ["©", "(c)", "copyright ", "alle rechte ", "© 2026 a/", "gmbh "])
def test_no_line_takes_long(read: Read, text: str) -> None:
    start = time.process_time()
    notice(text * 50_000)
    held_by(text * 50_000)
    assert time.process_time() - start < 1
    read(CAPTURE.format(line=text * 30))


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        ("image/jpeg", "image/jpeg"),
        (" IMAGE/PNG ; q=1", "image/png"),
        ("image/jpg", "image/jpeg"),
        ("image/svg+xml", "image/svg+xml"),
        ("image/", None),
        ("image/*", None),
        ("video/mp4", None),
        ("image/jpeg\r\nX: y", None),
        ("image/<b>", None),
        ("image/" + "x" * 100, None),
        (7, None),
        (None, None),
    ],
)
def test_media_types_of_images(stated: Any, read_as: str | None) -> None:
    assert image_type(stated) == read_as


@pytest.mark.parametrize(
    ("stated", "bytes_"),
    [
        (1, 1),
        ("218844", 218844),
        (MAX_LENGTH, MAX_LENGTH),
        (MAX_LENGTH + 1, None),
        ("9" * 50_000, None),
        (0, None),
        ("-5", None),
        (-5, None),
        (True, None),
        (3.0, None),
        ("300 KB", None),
        ("٣", None),
        (None, None),
    ],
)
def test_lengths_in_bytes(stated: Any, bytes_: int | None) -> None:
    assert length_of(stated) == bytes_


def test_the_widest_image_is_shown() -> None:
    small = read_rendition("https://a.example/s.jpg", kind="image/jpeg", width="160")
    large = read_rendition("https://a.example/l.jpg", kind="image/jpeg", width=2400)
    film = read_rendition("https://a.example/f.mp4", kind="video/mp4", width=4000)
    assert film is None
    assert widest([small, large, film]) == large
    assert widest([read_rendition("javascript:alert(1)"), None]) is None


def test_the_file_of_a_picture_is_the_one_that_is_shown(read: Read) -> None:
    item = """{{"uri": "urn:x:1", "type": "text", "headline": "Titel", "body_text": "Ein Satz.",
    "associations": {{"a": {{"type": "picture", "renditions": {{
      "small": {{"href": "https://a.example/s.jpg", "mimetype": "image/jpeg", "width": 90,
                 "sizeinbytes": 11}},
      "large": {{"href": "https://a.example/l.webp", "contentType": "image/webp", "width": 900,
                 "sizeInBytes": {size}}}}}}}}}}}"""
    for size, length in (("4711", 4711), ('"4711"', 4711), ("null", None), ("-1", None)):
        article = read(item.format(size=size), "item.json")
        assert article.images == (
            Image(url="https://a.example/l.webp", media_type="image/webp", length=length),
        )


def test_a_picture_of_page_and_data_keeps_its_file(read: Read) -> None:
    head = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Der Fährmann
    hört auf", "image": {"@type": "ImageObject", "url": "https://a.example/kai.jpg",
    "encodingFormat": "image/jpeg", "contentSize": "12 MB"}}</script>"""
    (image,) = read(PAGE.format(head=head), "seite.html").images
    assert (image.media_type, image.length) == ("image/jpeg", None)
    head = """<meta property="og:image" content="https://a.example/kai.png">
    <meta property="og:image:type" content="image/png">"""
    (image,) = read(PAGE.format(head=head), "seite.html").images
    assert image == Image(url="https://a.example/kai.png", media_type="image/png")


def test_a_larger_picture_of_a_message_in_other_units_has_no_length(read: Read) -> None:
    body = PLAIN + "<remoteContent href='https://a.example/a.jpg' contenttype='image/jpeg' {}/>"
    for said, length in (("size='77'", 77), ("size='77' sizeunit='x:kb'", None)):
        (image,) = read(NEWSML.format(rights="", body=body.format(said)), "item.xml").images
        assert (image.media_type, image.length) == ("image/jpeg", length)


def test_enclosures_of_feeds(read: Read) -> None:
    enclosure = '<enclosure url="https://a.example/a.jpg" type="image/jpeg" length="{}"/>'
    for said, length in (("77", 77), ("0", None), ("viel", None)):
        document = RSS.format(channel="", item=enclosure.format(said))
        (image,) = read(document, "feed.rss").images
        assert image == Image(None, None, "https://a.example/a.jpg", "image/jpeg", length)
