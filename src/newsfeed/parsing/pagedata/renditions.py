"""Renditions: the files in which a source offers an image.

In: addresses, media types, sizes in bytes and widths as documents state them. Out: the one to show,
with what is known of it. Called by the format parsers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from newsfeed.article import Image
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.pagedata.wording import line

MAX_LENGTH = 10**12
"""Bytes: no image is larger, and every reader of JSON can hold the number."""

_IMAGE_TYPE = re.compile(r"image/[a-z0-9][a-z0-9.+-]{0,60}")
_WHOLE = re.compile(r"[0-9]{1,13}")


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of an image; `length` in bytes, `width` in pixels, 0 where it is not stated."""

    url: str
    media_type: str | None = None
    length: int | None = None
    width: int = 0


def rendition(
    url: Any, *, kind: Any = None, length: Any = None, width: Any = None
) -> Rendition | None:
    """The rendition at an absolute address, or None where it is stated to be no image."""
    address = absolute(url, None)
    stated = (line(kind) or "image/").lower()
    if address is None or not stated.startswith("image/"):
        return None
    return Rendition(address, image_type(kind), length_of(length), _whole(width) or 0)


def widest(renditions: Iterable[Rendition | None]) -> Rendition | None:
    """The widest rendition, the first of several."""
    return max(filter(None, renditions), key=lambda one: one.width, default=None)


def filed(image: Image, file: Rendition | None) -> Image:
    """The image with what is known of the file behind its address."""
    if file is None or image.url != file.url:
        return image
    return replace(image, media_type=file.media_type, length=file.length)


def image_type(value: Any) -> str | None:
    """A media type of images (RFC 6838) without its parameters, else None."""
    stated = (line(value, 200) or "").partition(";")[0].strip().lower()
    if stated == "image/jpg":  # often written, never registered
        return "image/jpeg"
    return stated if _IMAGE_TYPE.fullmatch(stated) else None


def length_of(value: Any) -> int | None:
    """A size in bytes, a positive number or its digits; None for "3 MB" and the like."""
    length = _whole(value)
    return length if length and length <= MAX_LENGTH else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    return value if isinstance(value, int) and value > 0 else None
