"""Which headline is the article's, and what of it is the kicker."""

from __future__ import annotations

import pytest

from newsfeed.parsing.pagedata.headlines import Candidate, choose, prefix, without_site

OWN = frozenset({"kurier", "kurierbeispielde"})


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Brücke gesperrt | Kurier", "Brücke gesperrt"),
        ("Brücke gesperrt - Kurier", "Brücke gesperrt"),
        ("Brücke gesperrt – Kurier – 13.06.2023", "Brücke gesperrt"),
        ("Brücke gesperrt | kurier-beispiel.de", "Brücke gesperrt"),
        ("Brücke gesperrt - Pendler verärgert", "Brücke gesperrt - Pendler verärgert"),
        ("Brücke gesperrt | Pendler verärgert", "Brücke gesperrt | Pendler verärgert"),
        ("Kurier", "Kurier"),
    ],
)
def test_a_title_loses_the_sites_name_only(title: str, left: str) -> None:
    assert without_site(title, OWN, []) == left


def test_a_title_loses_whatever_stands_behind_a_known_headline() -> None:
    assert without_site("Brücke gesperrt | Lokales", OWN, ["Brücke gesperrt"]) == "Brücke gesperrt"


@pytest.mark.parametrize(
    ("long", "short", "kicker"),
    [
        ("Verkehr: Brücke wird gesperrt", "Brücke wird gesperrt", "Verkehr"),
        ("Verkehr | Brücke wird gesperrt", "Brücke wird gesperrt", "Verkehr"),
        ("Verkehr / Brücke wird gesperrt", "Brücke wird gesperrt", "Verkehr"),
        ("Verkehr – „Brücke wird gesperrt“", "Brücke wird gesperrt", "Verkehr"),
        ("Die Brücke wird gesperrt", "Brücke wird gesperrt", None),
        ("MSV-Interimstrainer hört wieder auf", "Interimstrainer hört wieder auf", None),
        ("Brücke wird gesperrt", "Brücke wird gesperrt", None),
        ("Verkehr: Stau", "Stau", None),
    ],
)
def test_a_kicker_is_marked_off(long: str, short: str, kicker: str | None) -> None:
    assert prefix(long, short) == kicker


def headline_of(*candidates: Candidate) -> tuple[str, str | None]:
    choice = choose(candidates)
    assert choice is not None
    return choice.headline, choice.kicker


def test_two_that_agree_outvote_the_third() -> None:
    assert headline_of(
        Candidate("Brücke ab Montag gesperrt", "json-ld"),
        Candidate("Stau! Diese Brücke ist jetzt dicht", "meta"),
        Candidate("Brücke ab Montag gesperrt", "page"),
    ) == ("Brücke ab Montag gesperrt", None)
    assert headline_of(
        Candidate("Stau: Die Brücke ist dicht", "json-ld"),
        Candidate("Stau: Die Brücke ist dicht", "meta"),
        Candidate("Brücke ab Montag gesperrt", "page"),
    ) == ("Stau: Die Brücke ist dicht", None)


def test_without_agreement_the_visible_one_wins() -> None:
    assert headline_of(
        Candidate("Eins gilt für die Suche", "json-ld"),
        Candidate("Zwei gilt fürs Teilen", "meta"),
        Candidate("Drei steht da", "page"),
    ) == ("Drei steht da", None)


def test_data_know_the_kicker_that_the_h1_leaves_out() -> None:
    assert headline_of(
        Candidate("Verkehr: Brücke wird gesperrt", "json-ld"),
        Candidate("Verkehr: Brücke wird gesperrt", "meta"),
        Candidate("Brücke wird gesperrt", "page"),
    ) == ("Brücke wird gesperrt", "Verkehr")


def test_the_h1_has_the_kicker_that_data_leave_out() -> None:
    assert headline_of(
        Candidate("Brücke wird gesperrt", "json-ld"),
        Candidate("Verkehr : Brücke wird gesperrt", "page", "Verkehr"),
    ) == ("Brücke wird gesperrt", "Verkehr")


def test_each_puts_another_kicker_before_the_same_headline() -> None:
    assert headline_of(
        Candidate("Stau am Fluss: Brücke wird gesperrt", "meta"),
        Candidate("Verkehr - Brücke wird gesperrt", "page", "Verkehr"),
    ) == ("Brücke wird gesperrt", "Verkehr")


def test_where_all_agree_kicker_and_all_that_is_the_headline() -> None:
    assert headline_of(
        Candidate("Verkehr: Brücke wird gesperrt", "json-ld"),
        Candidate("Verkehr Brücke wird gesperrt", "page", "Verkehr"),
    ) == ("Verkehr: Brücke wird gesperrt", None)


def test_an_h1_that_glues_two_lines_gives_way_to_data() -> None:
    assert headline_of(
        Candidate("Verkehr: Brücke wird gesperrt", "meta"),
        Candidate("VerkehrBrücke wird gesperrt", "page"),
    ) == ("Verkehr: Brücke wird gesperrt", None)


def test_no_candidate_no_headline() -> None:
    assert choose([]) is None


def test_a_headline_cut_short_counts_for_the_whole() -> None:
    assert headline_of(
        Candidate("Brücke wird nach der Prüfung …", "json-ld"),
        Candidate("Brücke wird nach der Prüfung …", "meta"),
        Candidate("Brücke wird nach der Prüfung sofort gesperrt", "page"),
    ) == ("Brücke wird nach der Prüfung sofort gesperrt", None)


def test_a_mark_for_subscribers_is_no_kicker() -> None:
    for mark in ("Kurier Plus", "+", "Exklusiv für Abonnenten", "Premium"):
        assert headline_of(
            Candidate("Brücke wird gesperrt", "json-ld"),
            Candidate(f"{mark} Brücke wird gesperrt", "page", mark),
        ) == ("Brücke wird gesperrt", None)
