"""schema.org: what a NewsArticle object says.

In: objects of `json_ld`. Out: `Facts`, the fields of one article as they stand there, cleaned.
Called by `pagedata` for pages and for JSON documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from newsfeed.article import Image
from newsfeed.parsing.context import Context
from newsfeed.parsing.credits import split_credit
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.pagedata.json_ld import Node, listed, types
from newsfeed.parsing.pagedata.model import Entry
from newsfeed.parsing.pagedata.moments import Moment, moment
from newsfeed.parsing.pagedata.names import names_in
from newsfeed.parsing.pagedata.renditions import image_type, length_of
from newsfeed.parsing.pagedata.rights import held_by, notice
from newsfeed.parsing.pagedata.wording import line, words

MAX_IMAGES = 50
MAX_TOPICS = 30
MAX_TOPIC = 60
MAX_ENTRIES = 2_000
MAX_BODY = 2_000_000
_ADDRESS = re.compile(r"https?:|www\.", re.IGNORECASE)
_SYSTEM_MARK = re.compile(r"[a-z0-9]{1,30}(?:-[a-z0-9]{1,30}){2,}|\d+")
_PAGES = frozenset(("WebPage", "ItemPage", "ClaimReview"))
_ORGANISATIONS = ("Organization", "Corporation", "Agency")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one schema.org object says of an article; everything may be missing."""

    headline: str | None = None
    description: str | None = None
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    published: Moment | None = None
    updated: Moment | None = None
    section: str | None = None
    topics: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    url: str | None = None
    source: str | None = None
    language: str | None = None
    rights: str | None = None
    article_body: str | None = None
    entries: tuple[Entry, ...] = ()
    is_free: bool | None = None


def is_article(node: Node) -> bool:
    """Whether an object is an article: a NewsArticle, BlogPosting, Report …"""
    return any(kind.endswith(("Article", "Posting")) or kind == "Report" for kind in types(node))


def article_facts(
    nodes: Iterable[Node], titles: Sequence[str], context: Context, base: str | None = None
) -> Facts:
    """What the objects of a page at `base` say of its article.

    `titles` are the page's own headlines: of several articles the one that bears the most of
    their words is meant. Other objects about the same article fill in what the first left out.
    """
    nodes = tuple(nodes)
    articles = [node for node in nodes if is_article(node)]
    if not articles:
        return _page_facts(nodes, context, base)
    likeness = [_likeness(node, titles) for node in articles]
    best = likeness.index(max(likeness))
    same = [
        node
        for node, score in zip(articles, likeness, strict=True)
        if node is not articles[best] and score >= 0.8
    ]
    found = _facts(articles[best], context, base)
    for node in same[:5]:
        found = _filled(found, _facts(node, context, base))
    return found


def _page_facts(nodes: Sequence[Node], context: Context, base: str | None) -> Facts:
    """What is said of the page where nothing is said of an article: its name may be the site's."""
    for node in nodes:
        if node.get("datePublished") and _PAGES.intersection(types(node)):
            said = _facts(node, context, base)
            return replace(said, headline=None, url=None, source=None)
    return Facts()


def _facts(node: Node, context: Context, base: str | None) -> Facts:
    """What one object says."""
    people, organisations = _signers(node)
    return Facts(
        headline=line(node.get("headline")) or line(node.get("name")),
        description=line(node.get("description"), 3_000) or line(node.get("abstract"), 3_000),
        people=people,
        organisations=organisations,
        published=_first_moment(node, context, "datePublished", "dateCreated", "uploadDate"),
        updated=_first_moment(node, context, "dateModified"),
        section=_section(node),
        topics=_topics(node),
        images=_images(node, base),
        url=_address(node, base),
        source=_name(node.get("publisher")) or _name(node.get("sourceOrganization")),
        language=_language(node),
        rights=_rights(node),
        article_body=_body(node),
        entries=_entries(node, context, base),
        is_free=_is_free(node),
    )


def breadcrumbs(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The names in the page's BreadcrumbList, from the front page down."""
    for node in nodes:
        if "BreadcrumbList" in types(node):
            items = [item for item in listed(node.get("itemListElement")) if isinstance(item, dict)]
            names = [_name(item) or _name(item.get("item")) for item in items[:20]]
            return tuple(name for name in names if name)
    return ()


def _likeness(node: Node, titles: Sequence[str]) -> float:
    own = set(words(line(node.get("headline") or node.get("name")) or ""))
    shares = [
        2 * len(own & other) / (len(own) + len(other))
        for title in titles
        if own and (other := set(words(title)))
    ]
    return max(shares, default=0.0)


def _filled(first: Facts, second: Facts) -> Facts:
    values = {
        field.name: getattr(
            second if getattr(first, field.name) in (None, ()) else first, field.name
        )
        for field in fields(Facts)
    }
    if first.people or first.organisations:
        values |= {"people": first.people, "organisations": first.organisations}
    return Facts(**values)


def _signers(node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """People and organisations that sign."""
    people: list[str] = []
    organisations: list[str] = []
    for field in ("author", "creator"):
        for author in listed(node.get(field))[:50]:
            names = names_in(_author(author) or "")
            kinds = types(author) if isinstance(author, dict) else ()
            company = any(kind.endswith(_ORGANISATIONS) for kind in kinds)
            (organisations if company else people).extend(names)
        if people or organisations:
            break
    return tuple(dict.fromkeys(people)), tuple(dict.fromkeys(organisations))


def _author(author: Any) -> str | None:
    if isinstance(author, dict):
        full = " ".join(
            part for field in ("givenName", "familyName") if (part := line(author.get(field), 100))
        )
        return " ".join(filter(None, map(line, listed(author.get("name"))[:1]))) or full or None
    return line(author)


def _name(value: Any) -> str | None:
    for item in listed(value):
        name = line(item.get("name"), 200) if isinstance(item, dict) else line(item, 200)
        if name and not _ADDRESS.match(name):
            return name
    return None


def _first_moment(node: Node, context: Context, *names: str) -> Moment | None:
    for name in names:
        for value in listed(node.get(name))[:3]:
            if (found := moment(value, context)) is not None:
                return found
    return None


def _section(node: Node) -> str | None:
    for item in listed(node.get("articleSection")):
        if (name := _name(item)) is not None:
            return name.split(",")[0].strip() or None
    return None


def _topics(node: Node) -> tuple[str, ...]:
    names: list[str] = []
    for item in listed(node.get("keywords")) or listed(node.get("about")):
        text = _name(item)
        names.extend(topic_list(text) if text else ())
    return tuple(dict.fromkeys(names))[:MAX_TOPICS]


def topic_list(text: str) -> list[str]:
    """The topics in "Klima, Ahrtal; Hochwasser", without a system's own marks ("type:article")."""
    parts = (part.strip(" #\"'[]") for part in text.replace(";", ",").split(","))
    return [
        part
        for part in parts
        if 1 < len(part) <= MAX_TOPIC
        and not any(mark in part for mark in ":=_/|")
        and not _SYSTEM_MARK.fullmatch(part)
    ]


def _images(node: Node, base: str | None) -> tuple[Image, ...]:
    """The pictures; of one in several sizes, as search engines ask for, only the first."""
    found: dict[str | None, Image] = {}
    for item in listed(node.get("image"))[:MAX_IMAGES]:
        image = _image(item, base)
        if image is not None and image.url is not None and (image.caption or not found):
            found.setdefault(image.caption, image)
    return tuple(found.values())


def _image(item: Any, base: str | None) -> Image | None:
    if isinstance(item, str):
        url = absolute(item, base)
        return Image(url=url) if url else None
    if not isinstance(item, dict):
        return None
    urls = listed(item.get("contentUrl")) + listed(item.get("url")) + [item.get("@id")]
    url = next((url for value in urls if (url := absolute(value, base))), None)
    caption = line(item.get("caption")) or line(item.get("description"))
    credit = line(item.get("creditText"), 200) or line(item.get("copyrightNotice"), 200)
    for name in ("creator", "author", "copyrightHolder"):
        credit = credit or _name(item.get(name))
    if caption and not credit and (parts := split_credit(caption)) is not None:
        caption, credit = parts
    types_stated, sizes = listed(item.get("encodingFormat")), listed(item.get("contentSize"))
    return Image(
        caption=caption or None,
        credit=credit,
        url=url,
        media_type=next(filter(None, map(image_type, types_stated)), None) if url else None,
        length=next(filter(None, map(length_of, sizes)), None) if url else None,
    )


def _address(node: Node, base: str | None) -> str | None:
    page = node.get("mainEntityOfPage")
    values = [node.get("url"), page.get("@id") if isinstance(page, dict) else page, node.get("@id")]
    return next((url for value in values if (url := absolute(value, base))), None)


def _language(node: Node) -> str | None:
    for item in listed(node.get("inLanguage")):
        value = item.get("alternateName") or item.get("name") if isinstance(item, dict) else item
        if (code := language_code(value)) is not None:
            return code
    return None


def language_code(value: Any) -> str | None:
    """The two-letter code that a language tag begins with ("de-AT", "de_DE")."""
    if not isinstance(value, str):
        return None
    code = value.strip().replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _rights(node: Node) -> str | None:
    """The copyright notice, else its holder and year."""
    if (said := notice(*listed(node.get("copyrightNotice"))[:3])) is not None:
        return said
    years = listed(node.get("copyrightYear"))
    return held_by(_name(node.get("copyrightHolder")), years[0] if years else None)


def _body(node: Node) -> str | None:
    body = node.get("articleBody")
    if isinstance(body, list):
        body = "\n\n".join(part for part in body if isinstance(part, str))
    return body[:MAX_BODY].strip() or None if isinstance(body, str) else None


def _entries(node: Node, context: Context, base: str | None) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            headline=line(item.get("headline")) or line(item.get("name")),
            body=_body(item) or line(item.get("description"), 3_000),
            published=_first_moment(item, context, "datePublished", "dateCreated", "dateModified"),
            url=_address(item, base),
            authors=_signers(item)[0],
        )
        for item in listed(node.get("liveBlogUpdate"))[:MAX_ENTRIES]
        if isinstance(item, dict)
    )


def _is_free(node: Node) -> bool | None:
    parts = [part for part in listed(node.get("hasPart"))[:20] if isinstance(part, dict)]
    said = [_truth(item.get("isAccessibleForFree")) for item in (node, *parts)]
    if False in said:
        return False
    return True if True in said else None


def _truth(value: Any) -> bool | None:
    text = str(value).strip().lower().rpartition("/")[2]
    return {"true": True, "1": True, "false": False, "0": False}.get(text)
