"""Visible: what stands in the head of an article for every reader to see.

In: the tree of a page. Out: its h1 headlines and what stands around them, as text. Called
throughout `pagedata` where data fields are silent or disagree.

The head is what stands around the h1: a page names many authors, dates and summaries, and those of
its teasers stand further off.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from newsfeed.parsing.dates import Stamp, stamps, without_dates
from newsfeed.parsing.pagedata.wording import key, line

MAX_HEADLINES = 40
MAX_TOPICS = 30
MAX_TOPIC = 60  # characters, like all that follow
MAX_TEXT = 600
MAX_KICKER = 80
MAX_DATE_LINE = 120
MAX_BESIDE_DATE = 50
MAX_MARK = 30
BEFORE, AFTER = 40, 250
"""Elements that belong to the head on either side of the headline."""
_SKIP_NAMES = "script style noscript svg template button select iframe"
_SKIP = frozenset(_SKIP_NAMES.split())
_BLOCK_NAMES = "p div li br tr h1 h2 h3 h4 h5 h6 section header footer ul ol dl dt dd figcaption"
BLOCK = frozenset(_BLOCK_NAMES.split())
_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:teaser|card|related|recommend|comment|promo|sidebar|footer|caption|newsletter)",
    re.I,
)
_KICKER_NAMES = (
    r"kicker|overline|dachzeile|topline|roofline|spitzmarke|vortitel|eyebrow|supertitle|catchline"
    r"|(?:^|[-_ ])pre-?(?:title|head)"
)
_KICKER = re.compile(_KICKER_NAMES, re.IGNORECASE)
_KICKER_INSIDE = re.compile(rf"{_KICKER_NAMES}|rubrik|label|prefix|headline-?topic", re.IGNORECASE)
_UPDATE = re.compile(
    r"aktuali|updat|modif|geändert|(?<![a-z])stand(?![a-z])|bearbeitet|actualiz|mis à jour", re.I
)
_NAMING = frozenset(("class", "id", "itemprop", "rel"))
_CRUMB_TAGS = ("nav", "ol", "ul", "div")
_CRUMBS = re.compile(r"breadcrumb|brotkr", re.IGNORECASE)


def headlines(root: HtmlElement) -> list[HtmlElement]:
    """The h1 elements, those inside the article first."""
    found = list(islice(root.iter("h1"), MAX_HEADLINES))
    inside = [h1 for h1 in found if next(h1.iterancestors("article", "main"), None) is not None]
    return inside + [h1 for h1 in found if h1 not in inside]


def head(root: HtmlElement, h1: HtmlElement | None) -> list[HtmlElement]:
    """The elements around the headline in the page's order; without one, the page's first."""
    before: deque[HtmlElement] = deque(maxlen=BEFORE)
    elements = root.iter(etree.Element)
    if h1 is not None:
        for element in elements:
            if element is h1:
                break
            before.append(element)
    return [*before, *islice(elements, AFTER)]


def text_of(element: HtmlElement, limit: int = MAX_TEXT, between: str = "") -> str | None:
    """An element's text on one line, with a space where a block begins or ends.

    `between` is put between the texts of different elements.
    """
    if not isinstance(element.tag, str):
        return None  # a comment
    pieces = _pieces(element, limit)
    return line(between.join(filter(str.strip, pieces) if between else pieces), limit)


def marks(element: HtmlElement) -> str:
    """The words by which a page's makers name an element."""
    return " ".join(
        value
        for name, value in element.items()
        if name in _NAMING or (name.startswith("data-") and len(value) <= MAX_MARK)
    )[:500]


def is_elsewhere(element: HtmlElement) -> bool:
    """Whether an element belongs to a teaser, a picture or the like, no matter how near."""
    for around in (element, *islice(element.iterancestors(), 6)):
        if around.tag in ("figure", "nav", "body", "main", "article"):
            return around.tag in ("figure", "nav")
        if _ELSEWHERE.search(around.get("class") or ""):
            return True
    return False


def kicker_in(h1: HtmlElement) -> str | None:
    """The kicker that an element of its own may mark off at the beginning of a headline."""
    for child in islice(h1.iterdescendants(etree.Element), 20):
        if _KICKER_INSIDE.search(marks(child)):
            return text_of(child, MAX_KICKER)
    if len(h1) == 0 or (h1.text or "").strip() or not isinstance(h1[0].tag, str):
        return None
    is_first = len(h1) > 1 or bool((h1[0].tail or "").strip())
    return text_of(h1[0], MAX_KICKER) if is_first else None


def kicker_above(h1: HtmlElement) -> str | None:
    """The kicker that stands in an element of its own before the headline."""
    for around in (h1, *islice(h1.iterancestors(), 2)):
        if around.tag in ("article", "main", "body"):
            break
        for before in islice(around.itersiblings(preceding=True), 3):
            inside = islice(before.iter(etree.Element), 10)
            marked = next((each for each in inside if _KICKER.search(marks(each))), None)
            text = text_of(marked, MAX_KICKER + 1, "/") if marked is not None else None
            if text and len(text) <= MAX_KICKER and "/" not in text and not is_elsewhere(before):
                return text  # several texts in one are a breadcrumb
    return None


def anchor(root: HtmlElement, titles: Iterable[str]) -> HtmlElement | None:
    """The heading of any level that bears one of the titles, for pages without an h1."""
    known = {key(title) for title in titles}
    for heading in islice(root.iter("h2", "h3", "h4"), 3 * MAX_HEADLINES):
        text = text_of(heading)
        if text and any(key(text).endswith(title) for title in known):
            return heading
    return None


def times(elements: Iterable[HtmlElement]) -> Iterator[tuple[str, bool]]:
    """Dates in time elements and microdata, and whether they are called an update."""
    for element in elements:
        if element.tag != "time" and "date" not in (element.get("itemprop") or "").lower():
            continue
        value = element.get("datetime") or element.get("content") or text_of(element, 100)
        if value:
            yield value, _is_update(element)


def date_lines(elements: Iterable[HtmlElement]) -> Iterator[Stamp]:
    """The dates in lines that are little more than a date, as they stand there."""
    for element in elements:
        if len(element) > 4 or element.tag in _SKIP or is_elsewhere(element):
            continue
        text = text_of(element, MAX_DATE_LINE + 1)
        if text and len(text) <= MAX_DATE_LINE and len(without_dates(text)) <= MAX_BESIDE_DATE:
            yield from (stamp for stamp in stamps(text) if stamp.day is not None)


def breadcrumb(root: HtmlElement) -> tuple[str, ...]:
    """The names in the visible breadcrumb."""
    for tag in _CRUMB_TAGS:
        for element in root.iter(tag):
            about = f"{marks(element)} {element.get('aria-label') or ''}"
            if not _CRUMBS.search(about):
                continue
            names = [text_of(link, 80) for link in islice(element.iter("a"), 10)]
            if any(names):
                return tuple(name for name in names if name)
    return ()


def topics(root: HtmlElement) -> tuple[str, ...]:
    """The texts of links to the article's tags."""
    links = (link for link in root.iter("a") if "tag" in (link.get("rel") or "").lower().split())
    found = (text_of(link, MAX_TOPIC + 1) for link in islice(links, MAX_TOPICS))
    names = (text.strip(" #,") for text in found if text and len(text) <= MAX_TOPIC)
    return tuple(dict.fromkeys(name for name in names if len(name) > 1))


def _is_update(element: HtmlElement) -> bool:
    """Whether a date is an update's, by the names of its element or the words before it."""
    names = marks(element).lower()
    if "publish" in names:
        return False
    before, around = element.getprevious(), element.getparent()
    if before is not None:
        text = before.tail if (before.tail or "").strip() else text_of(before, 60)
    else:
        text = around.text if around is not None else None
    return _UPDATE.search(f"{names} {(text or '')[-60:]} {(element.text or '')[:30]}") is not None


def _pieces(element: HtmlElement, limit: int) -> Iterator[str]:
    """The texts in an element in reading order, a line break where a block begins or ends."""
    size = count = 0
    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        count += 1
        opens = event == "start"
        if opens and node.tag in _SKIP:
            walker.skip_subtree()
            continue
        if node.tag in BLOCK:
            yield "\n"
        text = node.text if opens else node.tail if node is not element else None
        if text:
            size += len(text)
            yield text
        if size > 4 * limit or count > 4 * limit:
            return
