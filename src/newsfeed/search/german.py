"""How German text becomes terms: words, folding, stems.

In: text of an article or of a query. Out: terms with word positions and, for highlighting,
character offsets. Called by the backends (indexing), `leaves` (queries) and `snippets`. Index and
query go through the same functions, so whatever is folded is folded on both sides.

A word is a run of letters and digits; combining marks, soft hyphens and zero-width joiners inside
it belong to it. Words joined by hyphens ("US-General", "E-Mail") stand at successive positions,
and their joined form ("email") stands at the first one's: so "Email" finds "E-Mail", and a query
for "E-Mail" finds both spellings. Lengths are bounded, whatever comes in: a run of more than 100
letters is cut into words of 100, a chain of more than four hyphenated words into several.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from newsfeed.search.schema import Kind

IN_WORDS = "\\w\u0300-\u036f\u00ad\u200b-\u200d\u2060"
HYPHENS = "\u2010\u2011\\-"
"""What a word, and what a compound may consist of beside: the insides of character classes."""

_RUN = f"[{IN_WORDS}]{{1,100}}"
_PART = re.compile(_RUN)
_COMPOUND = re.compile(f"{_RUN}(?:[{HYPHENS}]{_RUN}){{0,3}}")
_RUNS = re.compile(f"[{IN_WORDS}{HYPHENS}]+")
_SILENT = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060_"))
_UMLAUTS = str.maketrans("äöü", "aou")
# The German2 rule, https://snowballstem.org/algorithms/german2/stemmer.html: "ue" is an umlaut
# unless it follows a vowel or q ("Quelle", "neue"); "ae" and "oe" always are.
_DIGRAPH = re.compile("ae|oe|(?<![aeiouyq])ue")

_STOP_WORDS = (
    "ab aber als am an auch auf aus bei beim bin bis bist da damit dann das dass dein deine dem "
    "den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein "
    "eine einem einen einer eines er es etwa etwas euch euer für gegen hab habe haben hat hatte "
    "hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in ins ist ja je "
    "jede jedem jeden jeder jedes kann können könnte man mein meine mich mir mit nach nicht noch "
    "nun nur ob oder ohne sehr sein seine seinem seinen seiner seines seit sich sie sind so sowie "
    "über um und uns unser unter vom von vor während war waren was weil weiter wenn wer wem wen "
    "werde werden wessen wie wieso wieder will wir wird wo woher wohin worden wurde wurden zu zum "
    "zur zwischen wann warum weshalb welche welchem welchen welcher welches wieviel gibt "
)
"""Words without weight, question words among them. They are indexed (phrases need them) and
dropped from ranked queries as long as another word remains."""


class _PerThread(threading.local):
    """PyStemmer objects keep state between calls and may not be shared by threads."""

    def __init__(self) -> None:
        self.stemmer = Stemmer.Stemmer("german", 0)


_thread = _PerThread()


@lru_cache(maxsize=65_536)
def term(surface: str, kind: Kind) -> str:
    """The term of one word ("" for one without letter or digit).

    Both kinds fold case, ß, accents and umlauts (Häuser = Haeuser = Hauser); "text" is stemmed
    as well (Snowball German, https://snowballstem.org/algorithms/german/stemmer.html).
    """
    folded = _fold(surface)
    if kind == "text":
        # The stemmer knows umlauts and digraphs itself and needs them to find its endings.
        stemmed: str = _thread.stemmer.stemWord(folded)
        return stemmed.translate(_UMLAUTS)
    return _DIGRAPH.sub(lambda found: found.group()[0], folded).translate(_UMLAUTS)


@lru_cache(maxsize=65_536)
def terms(compound: str, kind: Kind) -> tuple[tuple[str, ...], str]:
    """The terms of a compound's parts and the term of the joined form ("" where there is none)."""
    surfaces = _PART.findall(compound)
    found = tuple(filter(None, (term(surface, kind) for surface in surfaces)))
    return found, term("".join(surfaces), kind) if len(found) > 1 else ""


def compounds(text: str) -> list[str]:
    """The words of a text in order, hyphenated ones in one piece."""
    return _COMPOUND.findall(text)


def runs(text: str) -> Iterator[re.Match[str]]:
    """The text's runs of all characters that compounds consist of, each with its place.

    The compounds of the runs are those of the text, and runs are found several times as fast.
    """
    return _RUNS.finditer(text)


def located(text: str) -> Iterator[re.Match[str]]:
    """What `compounds` returns, each with its place in the text."""
    return _COMPOUND.finditer(text)


def parts(compound: str) -> Iterator[re.Match[str]]:
    """The hyphenated parts of a compound, each with its place in it."""
    return _PART.finditer(compound)


def is_stop_word(surface: str) -> bool:
    """True for a word that carries no weight of its own."""
    return term(surface, "name") in _folded_stop_words()


@lru_cache(maxsize=1)
def _folded_stop_words() -> frozenset[str]:
    return frozenset(term(word, "name") for word in _STOP_WORDS.split())


def _fold(surface: str) -> str:
    """Lower case without accents; ä, ö and ü are kept for the stemmer."""
    folded = surface.translate(_SILENT).casefold()
    if folded.isascii():
        return folded
    composed = unicodedata.normalize("NFKC", folded).casefold()
    return "".join(letter if letter in "äöü" else _bare(letter) for letter in composed)


def _bare(letter: str) -> str:
    """A letter without its accents; nothing for a lone accent."""
    decomposed = unicodedata.normalize("NFD", letter)
    return "".join(part for part in decomposed if not unicodedata.combining(part))
