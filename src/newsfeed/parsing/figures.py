"""Figures: the pictures in a piece of markup, each with its caption and its credit.

In: `figure` and `img` elements of HTML, `media` elements of NITF 3.6. Out: Images. Called by
`markup`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from newsfeed.article import Image
from newsfeed.parsing.credits import split_credit
from newsfeed.parsing.inline import Run
from newsfeed.parsing.pagedata.addresses import absolute

PIXEL = 2
"""Images no wider or higher than this count readers."""

FIGURES = frozenset(["figure", "media"])
IMAGES = frozenset(["img", "media-reference"])
_CAPTIONS = frozenset(["figcaption", "media-caption"])
_CREDIT_NAME = re.compile(r"credit|copyright|photographer|fotograf|quelle|source|byline", re.I)
_CREDIT_SIGN = re.compile(
    r"(?:(?:foto|bild|grafik|quelle|photo|credit|copyright)s?\s?:|©|\(c\))\s*", re.I
)


@dataclass(slots=True)
class Figure:
    """A figure as far as it is read: its pictures' addresses, caption and credit.

    The references of NITF's `media` are renditions of one picture, of which the widest is taken.
    """

    node: etree._Element
    is_one: bool
    found: dict[str, int] = field(default_factory=dict)
    caption: Run = field(default_factory=Run)
    credit: Run = field(default_factory=Run)

    def words_in(self, node: etree._Element, name: str) -> Run | None:
        """What the text of an element inside belongs to: the caption, the credit or neither."""
        if name in _CAPTIONS:
            return self.caption
        said = f"{node.get('class') or ''} {node.get('itemprop') or ''}"
        return self.credit if name == "media-producer" or _CREDIT_NAME.search(said) else None

    def add(self, node: etree._Element, url: str) -> None:
        """Adds the address of an image element."""
        width = node.get("width") or ""
        self.found.setdefault(url, int(width) if width.isdecimal() and len(width) < 9 else 0)

    def images(self) -> Iterator[Image]:
        """One image for each picture; caption and credit are the first one's."""
        urls = list(self.found)
        if self.is_one and urls:
            urls = [max(urls, key=lambda url: self.found[url])]
        image = captioned(self.caption.text(), self.credit.text(), urls[0] if urls else None)
        if image is not None:
            yield image
        yield from (Image(url=url) for url in urls[1:])


def captioned(caption: str, credit: str, url: str | None) -> Image | None:
    """The image of a caption, a credit and an address; None without caption and address.

    A credit at the caption's end is taken from there, if none is given apart.
    """
    if caption and not credit:
        if sign := _CREDIT_SIGN.match(caption):
            caption, credit = "", caption[sign.end() :]
        elif split := split_credit(caption):
            caption, credit = split[0], split[1] or ""
    credit = _CREDIT_SIGN.sub("", credit, count=1)
    return Image(caption or None, credit or None, url) if caption or url else None


def address(node: etree._Element, base: str | None) -> str | None:
    """The address of an image element, lazily loaded or not; None for a tracker's pixel."""
    for side in ("width", "height"):
        size = node.get(side) or ""
        if size.isdecimal() and len(size) < 6 and int(size) <= PIXEL:
            return None
    srcset = (node.get("srcset") or node.get("data-srcset") or "").split()
    candidates = (node.get("src"), node.get("data-src"), *srcset[:1], node.get("source"))
    return next((url for one in candidates if (url := absolute(one, base))), None)
