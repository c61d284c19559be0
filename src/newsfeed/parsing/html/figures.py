"""Figures: the article's pictures with their captions and credits.

In: the pictures of a page, and what its data say of images. Out: Images in reading order. Called by
`reading`. Pictures after the text's last paragraph are those of other articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsfeed.article import Image
from newsfeed.parsing.figures import address, captioned
from newsfeed.parsing.html.pictures import Picture
from newsfeed.parsing.html.pieces import Piece
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.vocabulary import INTERFACE

MAX_IMAGES = 40
_AFTER = 3
"""Pieces after the text's last that may still be a caption of its."""
_CREDIT_NAME = re.compile(
    r"credit|copyright|photographer|fotograf|quelle|source|byline|agency", re.IGNORECASE
)
_CREDIT = re.compile(
    r"(?:©|\(c\)|(?:foto|bild|grafik|quelle|photo|credit|bildquelle|copyright|imago)s?\b\s?[:/©|])",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\W*(?:bild|foto|bildunterschrift|legende|caption|image)?\W*", re.IGNORECASE)
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-srcset")
_SIZE = re.compile(r"[\d_x.,-]+|\b(?:jpe?g|png|webp|gif|avif)\b|\W")


def images(
    pictures: Sequence[Picture],
    pieces: Sequence[Piece],
    last: int,
    named: Sequence[Image],
    base: str | None,
) -> tuple[Image, ...]:
    """The pictures that stand before the text's end, and those that only the page's data name."""
    found: list[Image] = []
    for image in (*named[:1], *_shown(pictures, pieces, last, base), *named[1:]):
        _add(found, image)
    return tuple(found[:MAX_IMAGES])


def _shown(
    pictures: Sequence[Picture], pieces: Sequence[Piece], last: int, base: str | None
) -> Iterator[Image]:
    for picture in pictures:
        if picture.places[0] > last + _AFTER:
            continue
        caption, credit = _words([pieces[place] for place in picture.places])
        url = None if picture.image is None else _address(picture.image, base)
        image = captioned(caption, credit, url)
        if image is not None and (image.caption or image.credit):
            yield image


def _address(image: HtmlElement, base: str | None) -> str | None:
    """An image's address; where scripts load it, `src` is only a placeholder's."""
    for name in _LAZY:
        if url := absolute((image.get(name) or "").partition(" ")[0], base):
            return url
    return address(image, base)


def _words(beside: Sequence[Piece]) -> tuple[str, str]:
    """Caption and credit among the texts beside an image."""
    captions: list[str] = []
    credits: list[str] = []
    for piece in beside:
        text = piece.text
        if _LABEL.fullmatch(text) or INTERFACE.issuperset(re.findall(r"\w+", text.lower())):
            continue
        name = piece.node.get("class") or ""
        is_credit = _CREDIT.match(text) or (_CREDIT_NAME.search(name) and piece.words <= 12)
        (credits if is_credit and captions else captions).append(text)
    caption = " ".join(dict.fromkeys(captions))
    return caption, " ".join(dict.fromkeys(credits))


def _add(found: list[Image], image: Image) -> None:
    """Adds a picture, or to the same picture what it did not say yet."""
    for place, known in enumerate(found):
        if _same(known, image):
            file = known if known.url else image
            found[place] = replace(
                known,
                caption=known.caption or image.caption,
                credit=known.credit or image.credit,
                url=file.url,
                media_type=file.media_type,
                length=file.length,
            )
            return
    found.append(image)


def _same(one: Image, other: Image) -> bool:
    if one.caption and other.caption:
        return _plain(one.caption) == _plain(other.caption)
    return bool(one.url and other.url) and _file(one.url) == _file(other.url)


def _plain(caption: str) -> str:
    return "".join(character for character in caption.casefold() if character.isalnum())[:80]


def _file(url: str | None) -> str:
    """The last part of an address without what tells one size of a picture from another."""
    return _SIZE.sub("", urlsplit(url or "").path.rpartition("/")[2].lower()) or (url or "")
