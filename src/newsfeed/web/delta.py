"""Delta: only what is new, for readers that ask for it (RFC 3229, instance manipulation "feed").

In: A-IM, If-None-Match and the mark of the feed's validator. Out: since which change a reader wants
to hear. Called by the feed routes. The body of such an answer (226 IM Used) is a feed like any
other that holds the new and changed entries only.

Programs built on feedparser ask for news alone without knowing, since feedparser does so by itself,
and some take 226 for an error (rss2email would lose articles). What they fetch is the whole feed.

A feed's validator ends in the number of the last change in it: W/"<digest>.<mark>". So the tag that
a reader sends back tells what it has, and nothing need be remembered for it.
"""

from __future__ import annotations

import re

from newsfeed.web.conditional import entity_tags
from newsfeed.web.weights import weights

MANIPULATION = "feed"
CACHE_CONTROL = "no-store, im"
"""Kept by nobody who does not know what it is (RFC 3229, 10.8.1): it is not the whole feed."""
_UNAWARE = re.compile(r"\b(?:feedparser|rss2email)/", re.IGNORECASE)
_OURS = re.compile(r"[0-9a-f]{24}\.([1-9][0-9]{0,17})")


def since(a_im: str | None, if_none_match: str | None, mark: int) -> int | None:
    """The change after which the reader wants everything; None where the whole feed is the answer.

    That is where it asks for nothing else, where it sends no tag of ours, where it has the last
    change, and where its tag is of a feed without changes: what came into that one bears no number.
    Of several tags the one with the latest change counts.
    """
    if a_im is None or if_none_match is None or not _wanted(a_im):
        return None
    found = map(_OURS.fullmatch, entity_tags(if_none_match))
    known = max((int(tag[1]) for tag in found if tag and int(tag[1]) <= mark), default=mark)
    return known if known < mark else None


def is_unaware(user_agent: str | None) -> bool:
    """Whether a program says A-IM without knowing what it asks for."""
    return user_agent is not None and bool(_UNAWARE.search(user_agent))


def _wanted(a_im: str) -> bool:
    wanted = weights(a_im)
    worth = wanted.get(MANIPULATION, 0.0)
    return worth > 0 and worth >= wanted.get("identity", 0.0)
