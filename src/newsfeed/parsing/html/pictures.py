"""Pictures: images of a page with the texts that stand beside them.

In: the tree of a page and its pieces. Out: a `Picture` for each image that has text beside it.
Called by `reading`: the model must know these texts, and they are captions and credits.

Papers that use `figure` are few. What all have in common: the smallest box that holds an image and
any text holds little more than these two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from newsfeed.parsing.html.hints import Hint
from newsfeed.parsing.html.pieces import Piece

MAX_IMAGES = 200
MAX_WORDS = 120
MAX_PIECES = 6
_LEVELS = 6
_LARGE = frozenset({"body", "main", "article", "html", "td"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_ELSEWHERE = Hint.RELATED | Hint.NAVIGATION | Hint.COMMENTS | Hint.FOOTER | Hint.BYLINE


@dataclass(frozen=True, slots=True)
class Picture:
    """An image, if it is there without scripts, and the places of the pieces beside it."""

    image: HtmlElement | None
    places: tuple[int, ...]


def pictures(root: HtmlElement, pieces: Sequence[Piece]) -> list[Picture]:
    """The images of a page that have text beside them, each text once."""
    images = [image for image in islice(root.iter("img"), MAX_IMAGES) if _is_seen(image)]
    crowds: dict[HtmlElement, int] = defaultdict(int)
    for image in images:
        for node in islice(_upwards(image), _LEVELS):
            crowds[node] += 1
    texts: dict[HtmlElement, list[int]] = defaultdict(list)
    for place, piece in enumerate(pieces):
        for node in islice(piece.upwards(), _LEVELS):
            if node in crowds:
                texts[node].append(place)
    found = []
    taken: set[int] = set()
    for image in images:
        places = [place for place in _beside(image, texts, crowds, pieces) if place not in taken]
        if places:
            taken.update(places)
            found.append(Picture(image, tuple(places)))
    found += _figures(pieces, taken)
    return sorted(found, key=lambda picture: picture.places)


def _figures(pieces: Sequence[Piece], taken: set[int]) -> Iterator[Picture]:
    """The captions of figures that are beside no image: scripts put it there, or it has many."""
    captions: dict[HtmlElement, list[int]] = defaultdict(list)
    for place, piece in enumerate(pieces):
        if "figcaption" in piece.tags and place not in taken:
            inner = (node for node in piece.upwards() if node.tag == "figcaption")
            captions[next(inner)].append(place)
    for caption, places in islice(captions.items(), MAX_IMAGES):
        beside = [pieces[place] for place in places]
        if sum(piece.words for piece in beside) <= MAX_WORDS and not _leads_away(beside):
            figure = next(caption.iterancestors("figure"), caption)
            yield Picture(next(figure.iter("img"), None), tuple(places))


def _leads_away(beside: Sequence[Piece]) -> bool:
    """Whether texts are mostly links: those of a teaser's picture."""
    return sum(piece.linked for piece in beside) * 2 > sum(len(piece.text) for piece in beside)


def _beside(
    image: HtmlElement,
    texts: dict[HtmlElement, list[int]],
    crowds: dict[HtmlElement, int],
    pieces: Sequence[Piece],
) -> list[int]:
    """The texts in the smallest box round an image, or in a larger one if that is a figure."""
    found: list[int] = []
    for node in islice(_upwards(image), 1, _LEVELS):
        if node.tag == "a" and node.get("href") and not _shows_image(node):
            return []
        if node.tag in _LARGE or crowds[node] > 1:
            break
        places = texts.get(node, [])
        if places and not _may_caption([pieces[place] for place in places]):
            break
        if places and found and node.tag != "figure":
            if all(Hint.CAPTION & pieces[place].own for place in places):
                found = places
            continue
        found = places or found
    return found


def _may_caption(beside: Sequence[Piece]) -> bool:
    """Whether texts are few, short, and neither headings nor links to other articles."""
    if len(beside) > MAX_PIECES or sum(piece.words for piece in beside) > MAX_WORDS:
        return False
    return not _leads_away(beside) and not any(
        _HEADINGS & set(piece.tags[-3:]) or _ELSEWHERE & piece.own for piece in beside
    )


def _shows_image(link: HtmlElement) -> bool:
    """Whether a link only shows an image in its full size."""
    address = (link.get("href") or "").partition("?")[0].lower()
    return address.startswith("#") or address.endswith((".jpg", ".jpeg", ".png", ".webp"))


def _is_seen(image: HtmlElement) -> bool:
    """Whether an image is shown to readers, and not only to those without scripts."""
    parent = image.getparent()
    return parent is None or parent.tag != "noscript"


def _upwards(node: HtmlElement) -> Iterator[HtmlElement]:
    yield node
    yield from node.iterancestors()
