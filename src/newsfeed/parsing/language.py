"""Language: which language a text is written in.

In: plain text. Out: a two-letter code of ISO 639-1, or None where nobody can tell. Called by the
parsers whose documents do not say it.

A vote of the commonest words settles nearly every page in a tenth of a millisecond; where it is
not clear (a short text, a language that has no words below), py3langid decides, which knows 97
languages by their letters. It takes most of a second to load, so it is loaded when first asked.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

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
CLEAR = 3
"""The winner of the vote needs so many times the votes of the next: with fewer, Danish passes for
Dutch."""

SURE = 0.7
"""py3langid's least probability: a few names in a row could be in any language."""

_SAMPLE = 2_000  # characters; a page decides itself much earlier
_SHORT_SAMPLE = 500  # py3langid's time grows with the text, and these were always enough
_WORD = re.compile(r"[^\W\d_]+")
_VOTERS = {
    word: [code for code, common in _COMMON.items() if word in common.split()]
    for word in " ".join(_COMMON.values()).split()
}


def language_of(text: str) -> str | None:
    """The language that the commonest words vote for, else the one py3langid is sure of."""
    counts = Counter(_WORD.findall(text[:_SAMPLE].lower()))
    votes = dict.fromkeys(_COMMON, 0)
    for word in counts.keys() & _VOTERS.keys():
        for code in _VOTERS[word]:
            votes[code] += counts[word]
    ranked = sorted(((count, code) for code, count in votes.items()), reverse=True)
    (most, winner), (next_most, _) = ranked[:2]
    if most >= MIN_VOTES and most >= CLEAR * next_most:
        return winner
    return _identified(text[:_SHORT_SAMPLE]) if counts else None


def _identified(text: str) -> str | None:
    code, probability = _identifier().classify(text)
    return str(code) if probability >= SURE and len(code) == 2 else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
