"""Weights: request headers that list names with what each is worth.

In: a header's text, such as "br;q=0.9, gzip". Out: names and weights. Called by `encodings`
(Accept-Encoding) and `delta` (A-IM). Source: RFC 9110, section 12.4.2.
"""

from __future__ import annotations

import re

_WEIGHT = re.compile(r"[01](?:\.[0-9]{0,9})?")


def weights(header: str) -> dict[str, float]:
    """Each name in lower case with its weight from 0 ("not this") to 1.

    The first of two equal names counts. A member whose weight is none is left out. Takes time in
    proportion to the header's length, whatever stands in it.
    """
    found: dict[str, float] = {}
    for member in header.split(","):
        name, *parameters = member.split(";")
        weight = _weight(parameters)
        if weight is not None:
            found.setdefault(name.strip().lower(), weight)
    return found


def _weight(parameters: list[str]) -> float | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            weight = value.strip()
            return min(float(weight), 1.0) if _WEIGHT.fullmatch(weight) else None
    return 1.0
