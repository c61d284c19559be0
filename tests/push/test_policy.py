"""What a hub's answer means, and how long it is left alone after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.push.policy import judge, line, parsed_retry_after, wait

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, "told"),
        (202, "told"),
        (204, "told"),
        (301, "failed"),
        (307, "failed"),
        (400, "refused"),
        (401, "failed"),
        (404, "failed"),
        (405, "failed"),
        (410, "refused"),
        (422, "refused"),
        (429, "failed"),
        (500, "failed"),
        (503, "failed"),
        (599, "failed"),
    ],
)
def test_a_refusal_is_about_the_feed_and_a_failure_about_the_hub(status: int, kind: str) -> None:
    assert judge(status, "", "", NOW).kind == kind


def test_the_reason_is_one_bounded_printable_line() -> None:
    words = "no\r\nnewsfeed: all is well\x1b[2J\u202e" + "x" * 100_000
    reason = judge(500, "", words, NOW).reason
    assert reason.startswith("answers 500 no newsfeed: all is well\\x1b[2J\\u202exxx")
    assert reason.isprintable()
    assert len(reason) == 200


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("Tue, 24 Nov 2026 04:02:00 GMT", 120),
        ("Tuesday, 24-Nov-26 04:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 04:02:00 GMT", 0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("١٢٠", None),
        ("soon", None),
        ("Tue, 99 Nov 2026 04:02:00 GMT", None),
        ("9" * 5000, None),
        ("Tue, " * 10_000, None),
    ],
)
def test_what_retry_after_asks_for(value: str, seconds: int | None) -> None:
    wanted = None if seconds is None else timedelta(seconds=seconds)
    assert parsed_retry_after(value, NOW) == wanted


@given(failures=st.integers(1, 10**9), chance=st.floats(0, 1))
def test_waiting_doubles_up_to_an_hour_of_which_chance_takes_up_to_half(
    failures: int, chance: float
) -> None:
    longest = min(HOUR, timedelta(seconds=15 * 2 ** min(failures - 1, 30)))
    assert longest / 2 <= wait(failures, None, chance) <= longest


@given(
    failures=st.integers(1, 50),
    asked=st.timedeltas(timedelta(), 900 * HOUR),
    chance=st.floats(0, 1),
)
def test_what_the_hub_asks_for_is_kept_to_within_bounds(
    failures: int, asked: timedelta, chance: float
) -> None:
    wanted = min(max(asked, timedelta(seconds=15)), 24 * HOUR)
    assert wanted <= wait(failures, asked, chance) <= wanted * 1.1


@given(st.text(max_size=500))
def test_whatever_was_written_becomes_a_line(text: str) -> None:
    assert line(text).isprintable()
    assert len(line(text)) <= 200
