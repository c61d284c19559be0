"""A tree is taken apart: boxes end running text, inline elements do not."""

from __future__ import annotations

import pytest

from newsfeed.parsing.html.hints import Hint
from newsfeed.parsing.html.page import load
from newsfeed.parsing.html.pieces import Piece, pieces


def texts(html: str) -> list[str]:
    return [piece.text for piece in pieces(load(html.encode()))]


def only(html: str) -> Piece:
    (piece,) = pieces(load(html.encode()))
    return piece


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Ein <b>fetter</b> Satz.</p><p>Noch einer.</p>", ["Ein fetter Satz.", "Noch einer."]),
        ("<div>Vor <p>Absatz</p> nach</div>", ["Vor", "Absatz", "nach"]),
        ("<p>eins<br>zwei<br><br>drei</p>", ["eins zwei", "drei"]),
        ("<p>eins<br> \n <br>zwei</p>", ["eins", "zwei"]),
        ("<p>Ein<script>weg()</script>s</p>", ["Eins"]),
        ("<p>a</p><noscript><p>ohne</p></noscript><template>b</template>", ["a"]),
        ("<form><p>Eine alte Seite ist ganz Formular.</p><input value=x></form>",
         ["Eine alte Seite ist ganz Formular."]),
        ("<span>lose</span> Wörter", ["lose Wörter"]),
        ("<p>&#8203;&#173;\u2060</p><p>&#x1F;&#0;sichtbar</p>", ["\ufffdsichtbar"]),
        ("<p>a<!-- kein Text -->b</p>", ["ab"]),
    ],
)  # fmt: skip
def test_running_text(html: str, expected: list[str]) -> None:
    assert texts(f"<body>{html}</body>") == expected


def test_places_count_what_can_be_seen() -> None:
    found = pieces(load(b"<p>a</p><p>&#8203;</p><p>b</p>"))
    assert [piece.place for piece in found] == [0, 1]


def test_links_and_bold_type_are_measured() -> None:
    piece = only("<p><a href='/x'>zwölf Zeichen</a> und <strong>fett</strong></p>")
    assert (piece.linked, piece.bold) == (len("zwölf Zeichen"), len("fett"))


def test_markup_of_a_piece_is_sanitised() -> None:
    piece = only(
        "<p onclick='x()'>Ein <a href='/a' onclick='x()'>Link</a>, <a href='javascript:x()'>keiner"
        "</a> und <em>betont</em><svg onload='x()'></svg></p>"
    )
    assert piece.html("https://x.example/b/c") == (
        'Ein <a href="https://x.example/a">Link</a>, keiner und <em>betont</em>'
    )


def test_hints_come_from_names() -> None:
    piece = only("<div class='articleBody'><aside><div class='newsletter-signup'><p>Text")
    assert piece.own & Hint.PROMOTION
    assert piece.own & Hint.ASIDE
    assert piece.around & Hint.BODY


def test_ideographs_are_counted_as_words() -> None:
    assert only("<p>" + "新闻报道" * 10 + "</p>").words == 21
