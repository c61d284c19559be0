"""Language: which language a text is written in, by a vote of its commonest words.

In: plain text. Out: a two-letter code of ISO 639-1, or None where the vote is not clear. Called
by `capture`. Honest only for the handful of languages whose words stand below.
"""

from __future__ import annotations

import re
from collections import Counter

_COMMON = {
    "de": "der die das und ist nicht mit den von für auf ein eine sich dem des auch als im zu",
    "en": "the and of to in is that for was with on as are by this from it have not be",
    "fr": "le la les des et est dans pour que une qui sur pas au du par avec il ce sont",
    "it": "il di che la per un una non con del della sono gli alla nel dei anche le si da",
    "es": "el los las que del por con una para se no su al lo como más fue ha sus son",
    "nl": "het een van en de dat niet op te voor met zijn aan ook er om bij naar uit hij",
}
"""The commonest words by which a language is known."""

MIN_VOTES = 4
_SAMPLE = 2_000  # characters; a page decides itself much earlier
_WORD = re.compile(r"[^\W\d_]+")
_WORDS = {code: frozenset(common.split()) for code, common in _COMMON.items()}


def language_of(text: str) -> str | None:
    """The language with the most votes, if it has half as many again as the next."""
    counts = Counter(_WORD.findall(text[:_SAMPLE].lower()))
    votes = sorted(
        ((sum(counts[word] for word in common), code) for code, common in _WORDS.items()),
        reverse=True,
    )
    (most, winner), (next_most, _) = votes[0], votes[1]
    return winner if most >= MIN_VOTES and most >= 1.5 * next_most else None
