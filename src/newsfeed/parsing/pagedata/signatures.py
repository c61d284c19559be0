"""Signatures: the bylines that stand in the head of an article.

In: the elements of the head. Out: names. Called by `authors` through `page`, only for pages whose
data names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from newsfeed.parsing.pagedata.names import agency_of, is_person, names_in
from newsfeed.parsing.pagedata.visible import BEFORE, BLOCK, is_elsewhere, marks, text_of
from newsfeed.parsing.pagedata.wording import line

MAX_BYLINE = 160
MAX_NAMES = 8
MAX_INSIDE = 30  # elements
MAX_LABELS = 3_000
NEAR = 40  # elements between two bylines of one article
PROFILES = BEFORE + 25  # further on, links to people are the text's own
_MARKED = re.compile(
    r"(?<![a-z])(?:author|autor|byline|verfasser|writer|contributor|creator|redakteur)"
    r"|(?:Author|Autor|Byline|Verfasser)",
)
_OPENINGS = (
    "Von ",
    "Von:",
    "VON ",
    "Von\xa0",
    "By ",
    "Text:",
    "Autor",
    "Ein Kommentar von",
    "Ein Beitrag von",
)
_LABEL = re.compile(r"autor(?:in|en|innen)?(?:[/*:]\w{2,6})?\s?:?", re.IGNORECASE)
_SIGN = re.compile(r"(?:[a-z]{2,6}/)?[a-z]{2,5}")
"""How editors sign for short ("srf/hosb")."""
_PROFILE = re.compile(
    r"/(?:autor|autoren|autorin|author|authors|auteur|auteurs|redakteure?|profile?"
    r"|verfasser|journalist|redaktion|korrespondent\w{0,5})[/-]",
    re.IGNORECASE,
)


def signatures(elements: Iterable[HtmlElement]) -> tuple[str, ...]:
    """The names in the bylines of a head: the first byline's, and those of its like close by."""
    names: list[str] = []
    last, kind = 0, ""
    for place, element, found in _bylines(elements):
        if names and (place - last > NEAR or found != kind):
            continue
        fresh = _names(element)
        if fresh and (found != "profile" or place < PROFILES):
            names += fresh
            last, kind = place, found
    unique = tuple(dict.fromkeys(names))
    return unique if len(unique) <= MAX_NAMES else ()


def labelled(root: HtmlElement) -> tuple[str, ...]:
    """The names behind a label "Autor" anywhere on the page, as in lists of facts at its end."""
    for label in islice(root.iter("strong", "b", "dt", "th", "span", "h4", "h5"), MAX_LABELS):
        if not _LABEL.fullmatch((label.text or "").strip()[:20]) or is_elsewhere(label):
            continue
        after = label.getnext()
        text = line(label.tail, MAX_BYLINE) or (text_of(after) if after is not None else None)
        if names := [name for name in names_in(text or "") if is_person(name)]:
            return tuple(names[:MAX_NAMES])
    return ()


def _bylines(elements: Iterable[HtmlElement]) -> Iterator[tuple[int, HtmlElement, str]]:
    """Places, elements and kinds of what may be a byline."""
    for place, element in enumerate(elements):
        kind = _kind(element)
        if kind and not is_elsewhere(element):
            yield place, element, kind


def _kind(element: HtmlElement) -> str:
    if _MARKED.search(marks(element)):
        return "marked"
    if element.tag == "a" and _PROFILE.search(element.get("href") or ""):
        return "profile"
    start = (element.text or "").lstrip()[:10]
    is_line = start.startswith(_OPENINGS) or (start.startswith("von ") and element.tag in BLOCK)
    return "line" if is_line else ""


def _names(element: HtmlElement) -> list[str]:
    """The names in a byline; none where elements inside it are the bylines."""
    inner = islice(element.iterdescendants(etree.Element), MAX_INSIDE)
    if any(_signed(each) for each in inner if _MARKED.search(marks(each))):
        return []
    return _signed(element)


def _signed(element: HtmlElement) -> list[str]:
    text = text_of(element, MAX_BYLINE + 1, " · ")
    if text is None or len(text) > MAX_BYLINE:
        return []
    names = names_in(text)
    if names and all(_SIGN.fullmatch(name) for name in names):
        return list(names)
    good = [name for name in names if is_person(name) or agency_of(name)]
    is_marked = element.tag == "a" or _MARKED.search(marks(element)) is not None
    # "Von Montag an ist der Anna-Berg-Platz gesperrt" has other words than names
    return good if is_marked or len(good) == len(names) else []
