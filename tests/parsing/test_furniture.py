"""What stands among the paragraphs of a page and is none of its text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsfeed.article import Article
from newsfeed.parsing.lines import Kind, kind_of
from newsfeed.parsing.promotions import SIGNS, is_promotion, signs_in

Read = Callable[..., Article]

HEAD = "Wiesenau sperrt seine Brücke\n\nVon Anna Berg\n11.07.2024, 9:30 Uhr\n\n"
PARAGRAPHS = (
    "Der Rat der Stadt Wiesenau hat am Dienstag beschlossen, die alte Brücke über die Wiese bis "
    "zum Herbst zu sperren. Gutachter hatten im Frühjahr Risse in den Pfeilern gefunden.",
    "Die Sperrung trifft vor allem Pendler. Rund viertausend Fahrzeuge überqueren die Brücke an "
    "jedem Werktag, die Umleitung dauert eine Viertelstunde länger als der Weg bisher.",
    "Ein Statiker der Hochschule hält die Sperrung für richtig. Die Risse seien tiefer, als man "
    "von außen sehe, und ein harter Winter könne sie weiter öffnen, sagte er im Rat.",
    "Wann der Neubau beginnt, ist offen. Das Land hat Geld in Aussicht gestellt, verlangt aber, "
    "dass die Stadt zuvor drei Entwürfe prüft und die Anwohner zweimal anhört.",
)


def page(*between: str) -> str:
    """A page with something between its second and its third paragraph."""
    return HEAD + "\n\n".join((*PARAGRAPHS[:2], *between, *PARAGRAPHS[2:]))


def body(article: Article) -> list[str]:
    return [block.text for block in article.body]


def test_the_page_alone_is_its_paragraphs(read: Read) -> None:
    assert body(read(page())) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "box",
    [
        ("Jonas Kehl", "Jonas Kehl ist Professor für Brückenbau an der Hochschule Wiesenau und "
         "berät seit zehn Jahren mehrere Städte am Unterlauf."),
        ("... ist Professor für Brückenbau an der Hochschule Wiesenau. Er berät seit zehn Jahren "
         "mehrere Städte am Unterlauf.",),
        (">>> Mehr Berichte aus dem Rat",),
        ("Empfohlener externer Inhalt der Redaktion. Sie können ihn mit einem Klick anzeigen "
         "lassen und wieder ausblenden.",),
    ],
    ids=["who speaks", "who speaks, unnamed", "pointer", "consent"],
)  # fmt: skip
def test_boxes_are_no_text(read: Read, box: tuple[str, ...]) -> None:
    assert body(read(page(*box))) == list(PARAGRAPHS)


def test_people_portrayed_one_by_one_are_the_text(read: Read) -> None:
    portraits = (
        "Jonas Kehl",
        "Jonas Kehl ist 51 Jahre alt und leitet das Bauamt. Er will die Brücke erhalten und mit "
        "Stahl verstärken, was nach seiner Rechnung neun Millionen Euro kostet.",
        "Mira Olbrich",
        "Mira Olbrich ist 38 Jahre alt und Anwältin. Sie will die Brücke abreißen und an anderer "
        "Stelle eine neue bauen, die auch Radfahrern genug Platz bietet.",
    )
    assert set(portraits) <= set(body(read(page(*portraits))))


@pytest.mark.parametrize("last", ["Sie heißt Wiesenbrücke.", "Das Gespräch führte Jonas Kehl."])
def test_a_short_sentence_alone_below_the_last_paragraph_ends_the_text(
    read: Read, last: str
) -> None:
    assert body(read("\n\n".join((page(), last, "Zur Startseite")))) == [*PARAGRAPHS, last]


def test_a_sentence_set_as_a_list_belongs_to_the_text(read: Read) -> None:
    items = (
        "das Geld, das der Kreis schon einmal zugesagt hatte,",
        "der Boden, in dem seit dem Hochwasser das Wasser steht,",
        "die Geduld der Anwohner.",
    )
    after = "Am Ende werde man aber bauen, da sei er sich mit allen im Rat einig."
    last = "\n".join(("Drei Dinge fehlten noch:", *items, after, "Mehr zum Thema", "Wetter"))
    article = read(page() + "\n\n" + last)
    assert body(article)[-3:] == ["Drei Dinge fehlten noch:", "\n".join(items), after]
    assert [block.kind for block in article.body[-3:]] == ["paragraph", "list", "paragraph"]


def test_a_sentence_about_the_author_is_no_text(read: Read) -> None:
    about = "Anna Berg leitet das Stadtarchiv in Wiesenau."
    assert body(read(f"{page()}\n\n{about}")) == list(PARAGRAPHS)


def test_a_table_of_contents_needs_no_header(read: Read) -> None:
    titles = ("Wen die Sperrung trifft", "Was ein Statiker sagt", "Wie es weitergeht")
    text = [part for pair in zip(titles, PARAGRAPHS[1:], strict=True) for part in pair]
    article = read(HEAD + "\n\n".join([PARAGRAPHS[0], "\n".join(titles), *text]))
    assert [text for text in body(article) if text in titles] == list(titles)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("→ Zur Übersicht aller Berichte", Kind.TEASER),
        ("Wie der Landkreis spart … weiterlesen", Kind.TEASER),
        ("Rechte: Stadtarchiv Wiesenau", Kind.CREDIT),
        ("Mit Informationen von dpa und unserer Korrespondentin", Kind.NOTICE),
        ("Umweg über zwei Orte", Kind.SHORT),
    ],
)
def test_a_line_by_its_own_words(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


def test_signs_of_a_page_find_what_all_signs_find() -> None:
    lines = [
        "Jetzt kostenlos anmelden: unser Newsletter, jeden Morgen in Ihrem Postfach",
        "Haben Sie Hinweise? Dann melden Sie sich bei uns.",
        *PARAGRAPHS,
    ]
    signs = signs_in("\n".join(lines))
    assert 0 < len(signs) < len(SIGNS)
    assert [is_promotion(line, signs) for line in lines] == [is_promotion(line) for line in lines]
    assert [is_promotion(line) for line in lines[:2]] == [True, True]
