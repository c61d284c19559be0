"""The subscription list: folders of feeds, as readers import them."""

from __future__ import annotations

from lxml import etree

from newsfeed.feeds import Group, Outline, render_opml

LATEST = Outline("Neueste", "https://x.example/feeds/latest.atom", "https://x.example/")
SPORT = Outline("Sport & Spiel", "https://x.example/a.atom?b=1&c=2", "https://x.example/sport")


def test_groups_are_folders_and_a_group_without_a_title_is_none() -> None:
    document = render_opml("Alles", [Group("", (LATEST,)), Group("Ressorts", (SPORT,))])
    root = etree.fromstring(document)
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "Alles")
    assert [outline.get("text") for outline in root.iterfind("body/outline")] == [
        "Neueste",
        "Ressorts",
    ]
    sport = root.find("body/outline/outline")
    assert sport is not None
    assert attributes(sport) == {
        "type": "rss",
        "text": "Sport & Spiel",
        "title": "Sport & Spiel",
        "xmlUrl": "https://x.example/a.atom?b=1&c=2",
        "htmlUrl": "https://x.example/sport",
    }


def test_an_empty_group_is_no_folder() -> None:
    assert b"Themen" not in render_opml("Alles", [Group("Themen", ())])


def test_titles_are_made_safe() -> None:
    feed = Outline("\x00\u202e", "https://x.example/f", "https://x.example/")
    root = etree.fromstring(render_opml("\ud800", [Group("A\x01utoren", (feed,))]))
    assert root.findtext("head/title") == "Ohne Titel"
    assert [outline.get("text") for outline in root.iter("outline")] == ["Autoren", "Ohne Titel"]


def attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}
