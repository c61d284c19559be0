"""Evidence: what is known of a page's text before its pieces are judged.

Comes from `extraction`, is read by `alone` and `choice`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the page's text from elsewhere, all without white space.

    `extracted` is the text as trafilatura has it, `stated` as the page's own data have it (may be
    empty), `headlines` and `standfirsts` stand above the text, `captions` are those of its data and
    what images are called for those who cannot see them. `unheard` says why trafilatura had no
    opinion, where it had none.
    """

    extracted: str
    stated: str = ""
    headlines: frozenset[str] = frozenset()
    standfirsts: frozenset[str] = frozenset()
    captions: frozenset[str] = frozenset()
    pictured: frozenset[int] = frozenset()
    """Places of the pieces that stand beside a picture."""
    unheard: str = ""
