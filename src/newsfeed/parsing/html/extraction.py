"""Extraction: what trafilatura and the page's own data say of its text.

In: the tree of a page and its data. Out: `Evidence`. Called by `html`. The only room that imports
trafilatura; it runs once a page, with its fast settings, on the tree that is there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from logging import CRITICAL, getLogger
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.metadata import Document

from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.html.evidence import Evidence
from newsfeed.parsing.html.pictures import MAX_IMAGES, Picture
from newsfeed.parsing.pagedata import PageData
from newsfeed.parsing.pagedata.stated import stated
from newsfeed.parsing.text import clean

# what it cannot read it reports as a warning; here that is one opinion less
getLogger("trafilatura").setLevel(CRITICAL)

MAX_ELEMENTS = 30_000
"""Larger pages are judged without trafilatura: it would take seconds."""
MAX_TEXT = 200_000
"""Characters: every piece of the page is looked for in it."""
MIN_STATED = 200
MIN_NAME = 20
MAX_NAME = 1_000
"""Characters of the name of an image that may be its caption."""


def evidence_of(root: HtmlElement, data: PageData, beside: Iterable[Picture] = ()) -> Evidence:
    """What is known of the text of a page before its pieces are judged."""
    extracted, unheard = _extracted(root)
    return Evidence(
        extracted=squeezed(extracted)[:MAX_TEXT],
        stated=_stated(data.article_body)[:MAX_TEXT],
        headlines=frozenset(map(squeezed, data.headlines)),
        standfirsts=frozenset(squeezed(t) for t in (data.standfirst, data.description) if t),
        captions=frozenset(_captions(root, data)),
        pictured=frozenset(place for picture in beside for place in picture.places),
        unheard=unheard,
    )


def _captions(root: HtmlElement, data: PageData) -> Iterator[str]:
    yield from (squeezed(image.caption) for image in data.images if image.caption)
    for image in islice(root.iter("img"), MAX_IMAGES):
        name = image.get("alt") or ""
        if MIN_NAME <= len(name) <= MAX_NAME:
            yield squeezed(name)


def squeezed(text: str) -> str:
    """Clean text without white space: what two renderings of a page agree on."""
    return "".join(clean(text).split())


def _extracted(root: HtmlElement) -> tuple[str, str]:
    """The text as trafilatura has it, or why it has none."""
    if next(islice(root.iter(), MAX_ELEMENTS, None), None) is not None:
        return "", f"not asked: the page has more than {MAX_ELEMENTS:,} elements"
    try:
        document = bare_extraction(root, fast=True, include_comments=False, with_metadata=False)
    except MemoryError:
        raise  # the file's own limit, which is told as such
    except Exception as error:  # a library's defect costs one opinion; --explain tells of it
        return "", f"failed: {type(error).__name__}"
    return (document.text or "" if isinstance(document, Document) else ""), ""


def _stated(body: str | None) -> str:
    """The text of the page's data, if it is more than a summary."""
    if body is None or len(body) < MIN_STATED:
        return ""
    try:
        blocks = stated(body, (), ZoneInfo("UTC"), None).blocks
    except ParseError:
        return ""
    return squeezed(" ".join(block.text for block in blocks))
