"""Page: all that a page says of its article, brought together.

In: the tree of an HTML page, its URL and Context. Out: `PageData`. Called by the HTML format
through `pagedata`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml.html import HtmlElement

from newsfeed.article import Image
from newsfeed.parsing.context import Context
from newsfeed.parsing.pagedata import meta, visible
from newsfeed.parsing.pagedata.addresses import absolute, canonical
from newsfeed.parsing.pagedata.authors import signed
from newsfeed.parsing.pagedata.headlines import choose
from newsfeed.parsing.pagedata.model import PageData
from newsfeed.parsing.pagedata.publication import published, updated
from newsfeed.parsing.pagedata.renditions import image_type
from newsfeed.parsing.pagedata.rights import notice
from newsfeed.parsing.pagedata.ruled import ruled
from newsfeed.parsing.pagedata.schema import language_code, topic_list
from newsfeed.parsing.pagedata.sections import HOME_NAMES, section
from newsfeed.parsing.pagedata.signatures import labelled, signatures
from newsfeed.parsing.pagedata.sources import Found, Sources, gather, links_to_itself
from newsfeed.parsing.pagedata.standfirsts import standfirst
from newsfeed.parsing.pagedata.titles import candidates, kicker
from newsfeed.parsing.pagedata.wording import key, line

MAX_TOPICS = 30
MAX_DESCRIPTION = 3_000
_LEGAL_FORM = re.compile(
    r"\b(?:gmbh|ag|kg|mbh|inc|ltd|llc|s\.?l\.?|s\.?a\.?|a/s|plc|verlag)\b", re.IGNORECASE
)
_LEGAL_TAIL = re.compile(r"\s[–—-]\s[^–—]{0,80}\b(?:GmbH|AG|KG|mbH|SE)\b.*")
_LOCKED = frozenset(("locked", "paid", "premium", "subscriber"))
_TIER = ("article:content_tier", "og:article:content_tier")


def read_page_data(root: HtmlElement, url: str | None, context: Context) -> PageData:
    """What a page's data fields and visible head say of its article.

    `root` is the page's tree, at most 256 levels deep, and is not changed; `url` is the page's own
    address as far as it is known. Never raises; what is not there is None or (). The source's rules
    come before everything, with the origin "rules".
    """
    page = gather(root, url, context)
    titles = tuple(candidates(page))
    choice = choose(titles)
    headline = choice.headline if choice else None
    fields = {name: found for name, found in _fields(page, headline) if found[0]}
    if choice is not None:
        fields["headline"] = choice.headline, choice.origin
        if choice.kicker:
            fields["kicker"] = choice.kicker, choice.origin
    data = PageData(
        **{name: value for name, (value, _) in fields.items()},
        headlines=tuple(dict.fromkeys(title.text for title in titles)),
        is_free=_is_free(page),
        origins={name: origin for name, (_, origin) in fields.items()},
    )
    return ruled(data, root, url, context)


def _fields(page: Sources, headline: str | None) -> Iterator[tuple[str, Found]]:
    yield "kicker", (kicker(page, headline) if headline else None, "page")
    description = page.first(page.facts.description, meta.DESCRIPTION, MAX_DESCRIPTION)
    summary, is_seen = standfirst(page.head, description[0], headline)
    yield "description", description
    yield "standfirst", (summary, "page" if is_seen else description[1])
    tags = page.tags.all(meta.AUTHOR)
    facts = page.facts
    who = signed(facts.people, facts.organisations, tags, lambda: _bylines(page), page.own)
    yield "authors", (who.authors, who.origin)
    yield "agencies", (who.agencies, who.origin)
    yield "published", published(page)
    yield "updated", updated(page)
    yield "section", section(page, headline)
    yield "topics", _topics(page)
    yield "images", _images(page)
    yield "url", _url(page)
    yield "source", _source(page)
    yield "language", _language(page)
    yield "rights", _rights(page)
    yield "article_body", (facts.article_body, "json-ld")
    yield "entries", (facts.entries, "json-ld")


def _bylines(page: Sources) -> tuple[str, ...]:
    return signatures(page.head) or labelled(page.root)


def _topics(page: Sources) -> Found:
    if topics := _telling(page.facts.topics, page):
        return topics, "json-ld"
    for name in meta.TOPICS:
        contents = filter(None, map(line, page.tags.all((name,))))
        if topics := _telling((topic for text in contents for topic in topic_list(text)), page):
            return topics, "meta"
    return _telling(visible.topics(page.root), page), "page"


def _telling(topics: Iterable[str], page: Sources) -> tuple[str, ...]:
    """The topics without those that any article of any paper has ("News", its own name)."""
    telling = [
        each for each in topics if each.casefold() not in HOME_NAMES and key(each) not in page.own
    ]
    return tuple(dict.fromkeys(telling))[:MAX_TOPICS]


def _images(page: Sources) -> Found:
    if page.facts.images:
        return page.facts.images, "json-ld"
    for text in page.tags.all(meta.IMAGE):
        if (url := absolute(text, page.base)) is not None:
            image = Image(caption=page.tags.first(("og:image:alt",)), url=url)
            kind = image_type(page.tags.first(("og:image:type",)))
            return (replace(image, media_type=kind),), "meta"
    return (), "meta"


def _url(page: Sources) -> Found:
    """The canonical URL: the page's own link is believed only on its own site."""
    for href in links_to_itself(page.root, page.tags):
        if (url := canonical(href, page.base)) is not None:
            return url, "meta"
    return canonical(page.facts.url, page.base), "json-ld"


def _source(page: Sources) -> Found:
    """The paper's name, rather than its company's or a part of it."""
    said = page.facts.source
    names = (line(text, 200) for text in page.tags.all(meta.SOURCE))
    tag = next((name for name in names if name and "://" not in name), None)
    if tag and (not said or _LEGAL_FORM.search(said) or _is_part(said, tag)):
        return tag, "meta"
    return (_LEGAL_TAIL.sub("", said) if said else None), "json-ld"


def _is_part(name: str, whole: str) -> bool:
    return name != whole and name.lower() in whole.lower().split()


def _language(page: Sources) -> Found:
    tag = page.root if page.root.tag == "html" else page.root.find(".//html")
    code = language_code(tag.get("lang") or tag.get("xml:lang")) if tag is not None else None
    if code is None and page.facts.language:
        return page.facts.language, "json-ld"
    codes = [code, *map(language_code, page.tags.all(meta.LANGUAGE))]
    return next(filter(None, codes), None), "meta"


def _rights(page: Sources) -> Found:
    """The article's own copyright line, else the page's."""
    if page.facts.rights:
        return page.facts.rights, "json-ld"
    return notice(*page.tags.all(meta.RIGHTS)), "meta"


def _is_free(page: Sources) -> bool | None:
    tier = (page.tags.first(_TIER) or "").lower()
    if page.facts.is_free is None and tier:
        return tier not in _LOCKED
    return page.facts.is_free
