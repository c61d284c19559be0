"""Agencies: the news agencies that newspapers name as their sources.

In: a line of a page or a part of it. Out: agencies under their usual short names. Called by
`bylines` and the rooms that look for sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_SOURCES = 160
"""No list of sources is longer."""
MAX_INITIALS = 4
SIGN_OFF = re.compile(r"\s?[(\[](?P<signed>[^()\[\]]{2,110})[)\]][.\s]*$")

AGENCY_NAMES = {
    "dpa": "dpa",
    "deutsche presse-agentur": "dpa",
    "afp": "AFP",
    "agence france-presse": "AFP",
    "reuters": "Reuters",
    "ap": "AP",
    "associated press": "AP",
    "apa": "APA",
    "austria presse agentur": "APA",
    "sda": "sda",
    "keystone-sda": "Keystone-SDA",
    "sid": "SID",
    "epd": "epd",
    "kna": "KNA",
    "dts": "dts",
    "ots": "ots",
    "dapd": "dapd",
    "ddp": "ddp",
    "ansa": "ANSA",
    "upi": "UPI",
    "bloomberg": "Bloomberg",
    "dpa-afx": "dpa-AFX",
    "dpa-infocom": "dpa-infocom",
    "agenturen": "mit Agenturen",
    "agentur": "mit Agenturen",
    "agenturmaterial": "mit Agenturen",
}
"""News agencies by the names they sign with, in lower case."""

_UNSIGNED = re.compile(r"^(?:mit (?:material (?:von|der) )?|quellen?: ?|von )+", re.IGNORECASE)
_SOURCES = re.compile(r"[/,;&+]|\s(?:und|mit)\s|\s")


def agencies_in(text: str) -> tuple[str, ...]:
    """The agencies in "dpa/AFP", "mit dpa" or "mit Agenturen"; () if anything else stands there."""
    if len(text) > MAX_SOURCES:
        return ()
    signed = _UNSIGNED.sub("", text.strip(" ()"))
    if whole := agency(signed):
        return (whole,)
    found = []
    for part in filter(None, _SOURCES.split(signed)):
        if name := agency(part):
            found.append(name)
        elif len(part) > MAX_INITIALS or not part.islower():
            return ()
    return tuple(dict.fromkeys(found))


def sign_off(text: str) -> re.Match[str] | None:
    """The bracket that ends a paragraph if agencies stand in it: "… ab. (mit Agenturen)"."""
    match = SIGN_OFF.search(text, max(0, len(text) - 120))
    return match if match and agencies_in(match["signed"]) else None


def known(parts: Iterable[str]) -> tuple[str, ...]:
    """The agencies among the parts of a byline, each once."""
    return tuple(dict.fromkeys(name for part in parts if (name := agency(part))))


def agency(part: str) -> str | None:
    """The agency of this name."""
    return AGENCY_NAMES.get(part.strip(" .()").lower())
