"""HTML inside XML: readable as it stands, and to a parser the same text in every case."""

from __future__ import annotations

import pytest
from lxml.etree import Element, fromstring, tostring

from newsfeed.feeds.markup import as_text


@pytest.mark.parametrize(
    ("html", "readable"),
    [
        ("<p>a &amp; b&nbsp;c</p>\n<p>[…] „d“</p>", True),
        ("<p>a[b[0]] </p>", True),
        ("<p>a]]&gt;b</p>", True),
        ("<p>a]]>b</p>", False),
        ("]]>", False),
        ("<p>a</p>\r\n<p>b\rc</p>", False),
    ],
)
def test_a_parser_sees_what_was_written(html: str, readable: bool) -> None:
    node = Element("content")
    node.text = as_text(html)
    written = tostring(node, encoding="UTF-8")
    assert fromstring(written).text == html
    assert (b"<![CDATA[" in written) is readable
