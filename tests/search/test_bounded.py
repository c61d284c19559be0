"""A memory that forgets."""

from __future__ import annotations

from newsfeed.search.bounded import Bounded


def test_the_least_recently_used_values_go_first() -> None:
    made: list[str] = []

    def ask(memory: Bounded[str, str], key: str) -> str:
        return memory.get(key, lambda: made.append(key) or key * 4)  # type: ignore[func-returns-value]

    memory: Bounded[str, str] = Bounded(12, len)
    for key in "abcabc":
        assert ask(memory, key) == key * 4
    assert made == ["a", "b", "c"]
    ask(memory, "a")
    ask(memory, "d")  # forgets b, which was not asked for longest
    ask(memory, "a")
    ask(memory, "b")
    assert made == ["a", "b", "c", "d", "b"]


def test_a_value_that_is_too_heavy_alone_is_kept_until_the_next() -> None:
    memory: Bounded[str, str] = Bounded(3, len)
    assert memory.get("a", lambda: "heavy") == "heavy"
    assert memory.get("a", lambda: "other") == "heavy"
    assert memory.get("b", lambda: "x") == "x"
    assert memory.get("a", lambda: "other") == "other"
