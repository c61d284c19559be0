"""The searchable fields and the facets, declared once for every backend.

In: an article. Out: the texts of each field, the values of each facet. Called by the backends when
they index, by the query language for its field names, by scoring for the boosts. Dates are no
search fields: `Article.published` orders and filters, `Article.updated` is read with the article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from newsfeed.article import Article
from newsfeed.search.interface import FacetName

Kind = Literal["text", "name"]
"""How a field's words become terms: "text" is folded and stemmed, "name" folded only."""


@dataclass(frozen=True, slots=True)
class Field:
    """One searchable field.

    `name` is the field's name in the query language, `aliases` further ones (readers write
    German). `boost` weighs its words in the score. A `plain` field is searched by words without a
    field name. `texts` gives its values; a phrase never reaches from one value into the next.
    """

    name: str
    kind: Kind
    boost: float
    aliases: tuple[str, ...]
    texts: Callable[[Article], Iterable[str | None]]
    plain: bool = True


FIELDS: tuple[Field, ...] = (
    Field("headline", "text", 2.0, ("titel",), lambda a: (a.kicker, a.headline)),
    Field("standfirst", "text", 1.5, ("vorspann",), lambda a: (a.standfirst,)),
    Field("text", "text", 1.0, ("body",), lambda a: (block.text for block in a.body)),
    Field("caption", "text", 0.7, ("bild",), lambda a: (image.caption for image in a.images)),
    Field("credit", "name", 0.3, ("foto",), lambda a: (image.credit for image in a.images)),
    Field("author", "name", 1.0, ("autor",), lambda a: a.authors),
    Field("agency", "name", 0.3, ("agentur",), lambda a: a.agencies),
    Field("topic", "text", 1.0, ("thema",), lambda a: a.topics),
    # Whoever looks for "Sport" wants articles that say so, not a whole section or paper.
    Field("section", "name", 1.0, ("ressort",), lambda a: (a.section,), plain=False),
    Field("source", "name", 1.0, ("quelle",), lambda a: (a.source,), plain=False),
)
"""In storage order: a field's number is its place here, so a new one goes to the end."""

FIELD_NAMES: dict[str, str] = {
    name: field.name for field in FIELDS for name in (field.name, *field.aliases)
}
"""Every name of the query language -> the field it means."""

FACETS: dict[FacetName, Callable[[Article], Iterable[str | None]]] = {
    "section": lambda a: (a.section,),
    "source": lambda a: (a.source,),
    "author": lambda a: a.authors,
    "agency": lambda a: a.agencies,
    "topic": lambda a: a.topics,
}
"""What can be counted and filtered: each facet's values as people write them."""
