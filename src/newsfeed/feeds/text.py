"""Text made safe for any feed format: what XML forbids goes, what turns a line round goes.

In: text of any kind. Out: the same text, fit for XML 1.0 and JSON. Called by `cleaning` for all
that a feed says, so that no format has its own idea of a title, and by OPML and sitemaps.

Characters that XML 1.0 (section 2.2) does not allow, C1 controls and lone surrogates are removed.
On whatever is shown as one line, white space is folded to single spaces and the bidirectional
embeddings, overrides and isolates (Unicode UAX 9, section 2) are removed: left open, they would
turn round the text beside a title. The marks LRM, RLM and ALM cannot do that and stay.
"""

from __future__ import annotations

import re
from urllib.parse import quote

UNTITLED = "Ohne Titel"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# The rest, as one run: twice as fast as looking for a forbidden character that is not there.
_ALLOWED = re.compile("[ -~\t\n\r\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*+")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile("[ \t\n\r\x85\u2028\u2029]+")
# what no address may hold as it is (RFC 3986, section 2; RFC 3987, section 2.2)
_UNQUOTED = re.compile(r'[\s"<>\\^`{|}]')
_QUOTED = re.compile(r"[!#-;=?-\[\]_a-z~]++")  # an address as nearly all of them are


def line(text: str) -> str:
    """The text as one safe line; empty where nothing is left."""
    if not text.isprintable():  # nothing to remove or fold is, but for doubled spaces
        text = _TURNING.sub("", _FORBIDDEN.sub("", text))
    elif "  " not in text:
        return text.strip(" ")
    return _SPACES.sub(" ", text).strip(" ")


def address(url: str) -> str:
    """The URL with what no URL may hold percent-encoded; empty where nothing is left."""
    if _QUOTED.fullmatch(url):
        return url
    return _UNQUOTED.sub(lambda found: quote(found[0]), line(url))


def passage(text: str) -> str:
    """The text with its lines, without white space around it."""
    if text.isprintable():
        return text.strip(" ")
    return _TURNING.sub("", markup(text)).strip()


def markup(text: str) -> str:
    """The text without what XML forbids, and otherwise as it was."""
    return text if _ALLOWED.fullmatch(text) else _FORBIDDEN.sub("", text)
