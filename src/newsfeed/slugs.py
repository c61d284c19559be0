"""Names as they stand in URLs: "Jörg Müller" is joerg-mueller, "Film & Köln" is film-koeln.

In: a name. Out: its slug, lower-case ASCII. Called by search (filters match by slug) and web
(URLs).
"""

from __future__ import annotations

from functools import lru_cache

from slugify import slugify

_GERMAN = (
    ("ä", "ae"),
    ("ö", "oe"),
    ("ü", "ue"),
    ("Ä", "ae"),
    ("Ö", "oe"),
    ("Ü", "ue"),
    ("ß", "ss"),
)


@lru_cache(maxsize=65536)
def slug(name: str) -> str:
    """The slug of a name; a name without any letter or digit has the slug "-"."""
    return slugify(name, replacements=_GERMAN, max_length=100) or "-"
