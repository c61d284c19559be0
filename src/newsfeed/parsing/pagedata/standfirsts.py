"""Standfirsts: the summary that stands between headline and text.

In: the elements of a page's head and the description in its data. Out: the standfirst, and whether
it is seen on the page. Called by `page`.

A paragraph that the description repeats is the standfirst, unless it is just the text's first
paragraph; else an element that its makers call one; else the description itself, for papers write
it as the summary of their feeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml.html import HtmlElement

from newsfeed.parsing.pagedata.visible import BLOCK, is_elsewhere, marks, text_of
from newsfeed.parsing.pagedata.wording import words

MIN_LENGTH, MAX_LENGTH = 40, 1_000
MIN_PARAGRAPH = 120
MAX_CHILDREN = 8
MAX_INSIDE = 100  # elements
_MARKED = re.compile(
    r"standfirst|vorspann|sub-?(?:title|headline|line)|(?<![a-z])(?:lead|lede|intro|dek|deck|summary"
    r"|abstract|excerpt|anriss|unterzeile|teaser-?text|description)(?![a-z]{0,3}ing)",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:…|\.\.\.|\[[^\[\]]{0,20}\])\s*$")


def standfirst(
    head: Iterable[HtmlElement], description: str | None, headline: str | None
) -> tuple[str | None, bool]:
    """The standfirst, and whether it was seen in the head."""
    sought = words(_CUT.sub("", description or ""))
    marked: str | None = None
    for element in head:
        text = _text(element)
        if text is None:
            continue
        if sought and _repeats(words(text), sought):
            return (None, False) if _is_paragraph(element) else (text, True)
        if marked is None and _MARKED.search(marks(element)) and not is_elsewhere(element):
            marked = text
    if marked is not None:
        return marked, True
    return (description if _is_whole(description, headline) else None), False


def _text(element: HtmlElement) -> str | None:
    """The text of an element that may be a standfirst: one block of some length."""
    if len(element) > MAX_CHILDREN or any(child.tag in BLOCK for child in element):
        return None
    if next(islice(element.iter(), MAX_INSIDE, None), None) is not None:
        return None
    if sum(map(len, element.itertext())) < MIN_LENGTH:
        return None
    text = text_of(element, MAX_LENGTH + 1)
    if text is None or not MIN_LENGTH <= len(text) <= MAX_LENGTH or text.count(" ") < 5:
        return None
    return text


def _repeats(text: tuple[str, ...], description: tuple[str, ...]) -> bool:
    """Whether a text is the description, or the whole of one that was cut short."""
    size = min(len(text), len(description))
    if text[:size] == description[:size]:
        return 0.5 <= len(text) / len(description) <= 2.5
    ours, theirs = set(text), set(description)
    return 2 * len(ours & theirs) >= 0.85 * (len(ours) + len(theirs))


def _is_paragraph(element: HtmlElement) -> bool:
    """Whether the next paragraphs look just like this one: it is the first of the text."""
    after = element.getnext()
    return (
        element.tag == "p"
        and after is not None
        and after.tag == "p"
        and marks(after) == marks(element)
        and len(text_of(after, MAX_LENGTH) or "") >= MIN_PARAGRAPH
        and next(element.iterdescendants("b", "strong", "em", "i"), None) is None
    )


def _is_whole(description: str | None, headline: str | None) -> bool:
    if description is None or len(description) < MIN_LENGTH or _CUT.search(description):
        return False
    return not set(words(description)) <= set(words(headline or ""))
