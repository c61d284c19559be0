"""ninjs: a news item in JSON becomes a Draft (IPTC ninjs 1.0 to 1.8, 2.0 to 2.4, 3.0 to 3.3).

In: the JSON object of one item. Out: a Draft. Called by `json_documents`. Schemas:
https://www.iptc.org/std/ninjs/ ("ninjs-schema_1.8.json", "…_2.4.json", "…_3.3.json").

The three lines differ in names alone, so names are compared in lower case: 3.x writes `pubStatus`
where 2.x and 1.x write `pubstatus`. Of 1.x are `headline`, `headline_<role>`, `body_<role>`,
`description_<role>`, `byline` and the singular `subject`, `person`, `organisation`, `place`; its
associations and renditions are objects by name. From 2.0 on these are lists of objects whose
`role` says what the name said before. The newsrooms that run Superdesk add `source` and `service`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from newsfeed.article import Image, Link, Related
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.figures import captioned
from newsfeed.parsing.markup import Fragment, fragment, plain_blocks
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.pagedata.renditions import Rendition, filed, rendition, widest
from newsfeed.parsing.pagedata.rights import held_by, notice
from newsfeed.parsing.pagedata.schema import language_code
from newsfeed.parsing.pagedata.wording import line
from newsfeed.parsing.wire.item import draft, images, lines, released, signed, text_of

NAME = "ninjs"

_TEXTS = frozenset(["text", "composite", "component"])
_PICTURES = frozenset(["picture", "graphic"])
_OWN = re.compile(r"body_\w|bodies$|headlines?$|headline_\w|versioncreated$", re.IGNORECASE)
_MARKED = re.compile(r"<(?:p|div|section|article|h[1-6]|br|ul|ol|blockquote)\b", re.IGNORECASE)
_KICKERS = frozenset(["kicker", "overline", "dachzeile", "vignette"])
_LEADS = ("standfirst", "teaser", "lead", "summary", "abstract", "subheadline", "text", "")
_TOPICS = (
    *("subject", "subjects", "keywords", "person", "people", "organisation", "organisations"),
    *("place", "places"),
)
_MOST_ASSOCIATIONS = 500

Item = Mapping[str, Any]


def claims(value: Any) -> bool:
    """Whether a JSON value is a ninjs item: an object with a `uri` and fields of ninjs."""
    if not isinstance(value, dict) or not isinstance(value.get("uri"), str):
        return False
    return any(_OWN.match(name) for name in value)


def name_of(value: Item) -> str:
    """What an item goes by for good."""
    return line(value["uri"]) or ""


def read_value(value: Item, context: Context) -> Draft:
    """The draft of an item.

    Raises ParseError for items that are no text (`type`), that must not be published (`pubstatus`,
    `embargoed`), and that hold neither a headline nor text.
    """
    item = _lowered(value)
    kind = line(item.get("type", "text"))
    if kind not in _TEXTS:
        raise ParseError(f"the item is of type {kind or 'unknown'}, no text", "deliver texts")
    dates = released(
        context,
        first=item.get("firstcreated"),
        version=item.get("versioncreated") or item.get("contentcreated"),
        embargo=item.get("embargoed") or None,
        status=item.get("pubstatus"),
    )
    headlines = dict(_by_role(item, "headline", "headlines"))
    body = _body(item, absolute(item.get("uri"), None))
    associated = _associated(item)
    byline = item.get("byline") or item.get("by")
    sources = _names(item, "infosource", "infosources")
    source = next(iter(lines([item.get("copyrightholder"), item.get("source"), *sources])), None)
    authors, agencies = signed(byline, (one for one in sources if one != source), [source])
    return draft(
        body.blocks,
        _headline(headlines) or item.get("title"),
        byline=line(byline),
        url=absolute(item.get("uri"), None),
        source=source,
        section=next(iter(_names(item, "service")), None),
        kicker=next((line(headlines[role]) for role in headlines if role in _KICKERS), None),
        standfirst=_standfirst(dict(_by_role(item, "description", "descriptions"))),
        authors=authors,
        agencies=agencies,
        images=images(_pictures(associated), body.images),
        published=dates.published,
        updated=dates.updated,
        topics=_names(item, *_TOPICS),
        related=_related(associated),
        language=language_code(item.get("language")),
        rights=notice(item.get("copyrightnotice")) or held_by(item.get("copyrightholder")),
    )


def _lowered(value: Item) -> dict[str, Any]:
    return {str(name).lower(): one for name, one in value.items()}


def _listed(value: Any) -> list[Any]:
    """A list; an object of 1.x becomes the list of its values; anything else is left out."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _name(value: Any) -> Any:
    return _lowered(value).get("name") if isinstance(value, dict) else value


def _by_role(item: Item, one: str, many: str) -> Iterator[tuple[str, str]]:
    """Role and text of headlines or descriptions, the first of each role."""
    seen: set[str] = set()
    for name, value in item.items():
        role = "" if name == one else name.removeprefix(f"{one}_")
        if role != name and isinstance(value, str) and role not in seen:
            seen.add(role)
            yield role, value
    for entry in map(_lowered, (one for one in _listed(item.get(many)) if isinstance(one, dict))):
        role, value = (line(entry.get("role")) or "").lower(), entry.get("value")
        if isinstance(value, str) and role not in seen:
            seen.add(role)
            yield role, value


def _headline(headlines: Mapping[str, str]) -> str | None:
    others = [role for role in headlines if role not in _KICKERS]
    return next((headlines[role] for role in ("", "main", *others) if headlines.get(role)), None)


def _standfirst(descriptions: Mapping[str, str]) -> str | None:
    return next((text for role in _LEADS if (text := line(descriptions.get(role)))), None)


def _body(item: Item, base: str | None) -> Fragment:
    """The body: the first of those with markup that holds text, else the first plain one."""
    bodies = list(_bodies(item))
    for text in (text for text, is_marked in bodies if is_marked):
        found = text_of(fragment(text), base)
        if found.blocks:
            return found
    plain = (text for text, is_marked in bodies if not is_marked)
    return Fragment(next((blocks for text in plain if (blocks := plain_blocks(text))), ()))


def _bodies(item: Item) -> Iterator[tuple[str, bool]]:
    """Each body's text, and whether it has markup; those in other XML are left out."""
    for name, value in item.items():
        if name.startswith("body_") and isinstance(value, str):
            yield value, _MARKED.search(value) is not None
    for entry in map(
        _lowered, (one for one in _listed(item.get("bodies")) if isinstance(one, dict))
    ):
        value, kind = entry.get("value"), (line(entry.get("contenttype")) or "").lower()
        if isinstance(value, str) and ("xml" not in kind or "html" in kind):
            yield value, "html" in kind or ("plain" not in kind and bool(_MARKED.search(value)))


def _names(item: Item, *fields: str) -> tuple[str, ...]:
    """The names of all concepts in some fields."""
    return lines(_name(one) for field in fields for one in _listed(item.get(field)))


def _associated(item: Item) -> list[dict[str, Any]]:
    found = _listed(item.get("associations"))[:_MOST_ASSOCIATIONS]
    return [_lowered(one) for one in found if isinstance(one, dict)]


def _pictures(associated: Iterable[Item]) -> Iterator[Image]:
    for item in associated:
        if line(item.get("type")) in _PICTURES:
            descriptions = dict(_by_role(item, "description", "descriptions"))
            caption = descriptions.get("caption") or next(iter(descriptions.values()), "")
            credit = item.get("byline") or item.get("by") or item.get("copyrightholder")
            file = _largest(item)
            url = file.url if file else None
            image = captioned(line(caption, 3_000) or "", line(credit) or "", url)
            if image is not None:
                yield filed(image, file)


def _largest(item: Item) -> Rendition | None:
    """The widest rendition that is an image, or the first that may be one."""
    entries = map(_lowered, (x for x in _listed(item.get("renditions")) if isinstance(x, dict)))
    return widest(
        rendition(
            entry.get("href"),
            kind=entry.get("contenttype") or entry.get("mimetype"),
            length=entry.get("sizeinbytes"),
            width=entry.get("width"),
        )
        for entry in entries
    )


def _related(associated: Iterable[Item]) -> tuple[Related, ...]:
    """Associated texts as further reading."""
    links = []
    for item in associated:
        title = line(_headline(dict(_by_role(item, "headline", "headlines"))) or item.get("title"))
        if line(item.get("type")) in _TEXTS and title:
            links.append(Link(title, absolute(item.get("uri"), None)))
    return (Related(links=tuple(links)),) if links else ()
