"""The sender: who is told when, and what becomes of a hub that does not behave."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from newsfeed.push.exchange import reached
from newsfeed.push.queue import Pause, Queue, pause_of
from newsfeed.push.sender import Sender, Sent
from tests.push import hubs
from tests.push.conftest import Newsroom
from tests.push.hubs import Connection, LoopbackHub

FORMATS = ("atom", "rss", "json")


@dataclass
class Desk:
    """Whoever tells the hub: one round at a time, as the test's clock says."""

    newsroom: Newsroom
    hub: LoopbackHub
    log: list[str] = field(default_factory=list)
    chance: float = 0.0
    seconds: float = 20

    def round(self, sequence: int | None = None) -> Sent:
        newsroom, url = self.newsroom, self.hub.url
        upto = newsroom.index.sequence() if sequence is None else sequence

        async def drain(queue: Queue) -> Sent:
            site = newsroom.settings.site_url
            sender = Sender(queue, url, site, newsroom.clock, self.log.append, lambda: self.chance)
            async with reached(url, seconds=self.seconds) as hub:
                return await sender.drain(hub, lambda: upto)

        with closing(Queue(newsroom.settings.register_path, url)) as queue:
            return asyncio.run(drain(queue))

    def pause(self) -> Pause | None:
        return pause_of(self.newsroom.settings.register_path, self.hub.url)

    def told(self) -> list[str]:
        """The feeds of the requests since the last time, in order; each in its three formats."""
        topics = self.hub.topics
        names = [topic.removeprefix("/feeds/").rpartition(".")[0] for topic in topics]
        assert {topic.rpartition(".")[2] for topic in topics} <= set(FORMATS)
        self.hub.asked.clear()
        return list(dict.fromkeys(names))


def test_the_hub_is_told_of_each_feed_in_each_format_under_its_own_address(
    newsroom: Newsroom,
) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running() as hub:
        assert Desk(newsroom, hub).round() == Sent(told=2)
        assert {request.form["hub.url"] for request in hub.asked} == {
            f"https://news.example.org/feeds/{name}.{format}"
            for name in ("latest", "sections/politik")
            for format in FORMATS
        }
        assert Desk(newsroom, hub).round() == Sent()
        assert len(hub.asked) == 6
    assert newsroom.waiting() == []


def test_what_waits_longest_is_told_first_and_many_changes_once(newsroom: Newsroom) -> None:
    for name in ("Lokales", "Sport", "Lokales", "Kultur"):
        newsroom.write(f"{name}-{newsroom.now:%H%M}", section=name)
        newsroom.publish()
    with hubs.running() as hub:
        desk = Desk(newsroom, hub)
        desk.round()
        assert desk.told() == ["latest", "sections/lokales", "sections/sport", "sections/kultur"]


def test_nothing_is_told_that_the_hub_could_not_fetch_yet(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running() as hub:
        desk = Desk(newsroom, hub)
        assert desk.round(sequence=0) == Sent()
        assert desk.told() == []
        assert desk.round(sequence=1) == Sent(told=2)


def test_a_change_while_the_hub_is_told_is_told_again(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()

    def meanwhile(hub: LoopbackHub, connection: Connection) -> None:
        if len(hub.asked) == 1:
            newsroom.write("schule")
            newsroom.publish()
        hubs.accepts(hub, connection)

    with hubs.running(meanwhile) as hub:
        desk = Desk(newsroom, hub)
        desk.round(sequence=1)
        assert newsroom.feeds() >= {desk.told()[0]}
        desk.round()
    assert newsroom.feeds() == set()


FAILING = {
    "hangs": (hubs.hangs, "has not answered within 0.3 seconds"),
    "drips": (hubs.drips_headers, "has not answered within 0.3 seconds"),
    "redirects": (hubs.redirects_for_ever, "answers 307 and sends us to /hub/"),
    "500": (hubs.answers(500, "oh\nno"), "answers 500 oh no"),
    "500 with 20 MB": (hubs.sends_20_mb(500), r"answers 500 10 kB \x1b[2J xxxx"),
    "404": (hubs.answers(404), "answers 404"),
    "hangs up": (hubs.hangs_up, "cannot be reached: "),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_hub_is_backed_off_from_and_logged(newsroom: Newsroom, name: str) -> None:
    behaviour, reason = FAILING[name]
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running(behaviour) as hub:
        desk = Desk(newsroom, hub, seconds=0.3 if "0.3 seconds" in reason else 20)
        for failures, minutes in enumerate([0.25, 0.5, 1, 2], 1):
            sent = desk.round()
            pause = desk.pause()
            assert sent.failure is not None
            assert sent.failure.startswith(reason)
            assert pause == Pause(
                hub.url, failures, newsroom.now + timedelta(minutes=minutes), sent.failure
            )
            assert desk.log[-1].startswith(f"hub {hub.url} {reason}"[:200])
            assert desk.log[-1].isprintable()
            asked = len(hub.asked)
            newsroom.now = pause.due - timedelta(seconds=1)
            assert desk.round() == Sent()
            assert len(hub.asked) == asked, "the hub was asked before its time"
            newsroom.later(seconds=1)
        assert newsroom.feeds() == {"latest", "sections/politik"}
        assert len(desk.log) == 4


def test_a_hub_that_comes_back_is_told_of_everything(newsroom: Newsroom) -> None:
    works = False

    def behave(hub: LoopbackHub, connection: Connection) -> None:
        (hubs.accepts if works else hubs.answers(503))(hub, connection)

    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running(behave) as hub:
        desk = Desk(newsroom, hub)
        for _ in range(5):
            desk.round()
            newsroom.later(hours=2)
        newsroom.write("schule", section="Lokales")
        newsroom.publish()
        works = True
        assert desk.round() == Sent(told=3)
        assert desk.pause() is None
    assert newsroom.feeds() == set()


def test_a_new_change_does_not_wake_a_hub_that_pauses(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running(hubs.answers(503, Retry_After="3600")) as hub:
        desk = Desk(newsroom, hub)
        desk.round()
        assert len(hub.asked) == 3
        newsroom.write("schule", section="Lokales")
        newsroom.publish()
        assert desk.round() == Sent()
        assert len(hub.asked) == 3
        pause = desk.pause()
        assert pause is not None
        assert pause.due - newsroom.now == timedelta(minutes=59)


def test_a_refused_feed_is_given_up_after_some_attempts_until_it_changes(
    newsroom: Newsroom,
) -> None:
    def behave(hub: LoopbackHub, connection: Connection) -> None:
        refused = hub.asked[-1].form["hub.url"].endswith("politik.json")
        (hubs.answers(422, "no such topic") if refused else hubs.accepts)(hub, connection)

    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running(behave) as hub:
        desk = Desk(newsroom, hub)
        assert desk.round() == Sent(told=1, refused=1)
        for attempts in (1, 2, 3):
            [ping] = newsroom.waiting()
            assert (ping.feed, ping.attempts) == ("sections/politik", attempts)
            assert ping.error == "answers 422 no such topic"
            assert ping.due is not None
            newsroom.now = ping.due
            assert desk.round() == Sent(refused=1)
        assert newsroom.waiting() == []
        assert desk.log[-1] == (
            f"hub {hub.url} answers 422 no such topic to sections/politik: given up"
        )
        assert len(desk.log) == 4
        newsroom.write("schule")
        newsroom.publish()
        assert newsroom.feeds() == {"latest", "sections/politik"}


def test_a_hub_that_refuses_everything_is_not_asked_for_every_feed(newsroom: Newsroom) -> None:
    for number in range(9):
        newsroom.write(f"fall-{number}", section=f"Teil {number}")
    newsroom.publish()
    with hubs.running(hubs.answers(400, "Invalid hub.mode")) as hub:
        desk = Desk(newsroom, hub)
        sent = desk.round()
        assert sent == Sent(refused=5, failure="answers 400 Invalid hub.mode")
        assert len(desk.told()) == 5
        assert desk.round() == Sent()


def test_a_feed_at_which_the_hub_fails_does_not_hold_up_the_others(newsroom: Newsroom) -> None:
    def behave(hub: LoopbackHub, connection: Connection) -> None:
        fails = "latest" in hub.asked[-1].form["hub.url"]
        (hubs.answers(500) if fails else hubs.accepts)(hub, connection)

    for section in ("Sport", "Kultur"):
        newsroom.write(section, section=section)
        newsroom.publish()
    with hubs.running(behave) as hub:
        desk = Desk(newsroom, hub)
        assert desk.round().told == 0
        newsroom.later(seconds=15)
        assert desk.round().told == 2
        assert newsroom.feeds() == {"latest"}


def test_chance_spreads_publishers_and_never_undercuts_half(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running(hubs.answers(500)) as hub:
        desk = Desk(newsroom, hub, chance=1.0)
        desk.round()
        pause = desk.pause()
    assert pause is not None
    assert pause.due == newsroom.now + timedelta(seconds=7.5)


def test_two_hubs_have_nothing_to_do_with_each_other(newsroom: Newsroom) -> None:
    newsroom.write("hafen")
    newsroom.publish()
    with hubs.running(hubs.answers(500)) as old, hubs.running() as new:
        desk = Desk(newsroom, old)
        desk.round()
        newsroom.later(seconds=15)
        assert replace(desk, hub=new).round() == Sent(told=2)
