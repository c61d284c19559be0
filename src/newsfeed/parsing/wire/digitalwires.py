"""digitalwires: an item of the German press agency dpa becomes a Draft.

In: a JSON object in the format "digitalwires" 0.9 or 1.0 of dpa's wireQ interface, known by its
`urn` and `article_html`. Out: a Draft. Called by `json_documents`. Described at
https://api-portal.dpa-newslab.com/doc/wireQ/.

`categories` holds all concepts with a `type`: "dnltype:dpasubject", "dnltype:desk" and others.
`associations` are pictures with renditions; `notepad` is for editors and never an article's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from newsfeed.article import Correction, Image
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.figures import captioned
from newsfeed.parsing.markup import Fragment, fragment
from newsfeed.parsing.pagedata.renditions import filed, rendition, widest
from newsfeed.parsing.pagedata.rights import notice
from newsfeed.parsing.pagedata.schema import language_code
from newsfeed.parsing.pagedata.wording import line
from newsfeed.parsing.wire.item import draft, images, lines, released, signed, text_of

NAME = "dpa digitalwires"

_TOPIC_TYPES = ("keyword", "dpasubject", "geosubject", "person", "organisation")
_MARKS = {
    "sig:correction": Correction("correction", "Korrektur"),
    "sig:update": Correction("update", "Update"),
}

Item = Mapping[str, Any]


def claims(value: Any) -> bool:
    """Whether a JSON value is a digitalwires item."""
    return isinstance(value, dict) and isinstance(value.get("urn"), str) and "article_html" in value


def name_of(value: Item) -> str:
    """What an item goes by for good: its URN, without the version."""
    return line(value["urn"]) or ""


def read_value(value: Item, context: Context) -> Draft:
    """The draft of an item.

    Raises ParseError for items that must not be published and those without headline and text.
    """
    dates = released(
        context,
        first=value.get("content_created"),
        version=value.get("version_created"),
        embargo=value.get("embargoed") or None,
        status=value.get("pubstatus"),
    )
    body = _markup(value.get("article_html"))
    box = _markup(value.get("infobox_html"))
    categories = _listed(value.get("categories"))
    providers = _names(categories, "provider")
    authors, agencies = signed(value.get("byline"), (), [value.get("creditline"), *providers])
    return draft(
        (*body.blocks, *box.blocks),
        value.get("headline"),
        byline=line(value.get("byline")),
        source=next(iter(lines(providers)), None) or line(value.get("creditline")),
        section=_section(categories),
        kicker=line(value.get("kicker")),
        standfirst=line(value.get("teaser"), 3_000) or line(value.get("subhead")),
        authors=authors,
        agencies=agencies,
        images=images(_pictures(_listed(value.get("associations"))), body.images),
        published=dates.published,
        updated=dates.updated,
        correction=_MARKS.get(line(value.get("signal")) or ""),
        topics=lines(name for kind in _TOPIC_TYPES for name in _names(categories, kind)),
        language=language_code(value.get("language")),
        rights=notice(value.get("copyrightnotice")),
    )


def _listed(value: Any) -> list[Item]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _markup(value: Any) -> Fragment:
    return text_of(fragment(value), None) if isinstance(value, str) else Fragment()


def _names(categories: Iterable[Item], kind: str) -> list[Any]:
    return [one.get("name") for one in categories if one.get("type") == f"dnltype:{kind}"]


def _section(categories: Iterable[Item]) -> str | None:
    """The desk, where it is spelt out ("Politik") and not just a code ("pl")."""
    return next((name for name in lines(_names(categories, "desk")) if len(name) > 3), None)


def _pictures(associations: Iterable[Item]) -> Iterator[Image]:
    for item in associations:
        if item.get("type") != "image":
            continue
        file = widest(
            # its "size" is the longer side in pixels
            rendition(one.get("url"), kind=one.get("mimetype"), width=one.get("width"))
            for one in _listed(item.get("renditions"))
        )
        caption = line(item.get("caption"), 3_000) or line(item.get("headline")) or ""
        image = captioned(caption, line(item.get("creditline")) or "", file.url if file else None)
        if image is not None:
            yield filed(image, file)
