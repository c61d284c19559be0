"""Sources: all places of a page that may speak of its article, each read once.

In: the tree of an HTML page, its URL and Context. Out: `Sources`. Called by `page`; read by the
files that decide on a field each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from newsfeed.article import Origin
from newsfeed.parsing.context import Context
from newsfeed.parsing.pagedata import meta, visible
from newsfeed.parsing.pagedata.addresses import canonical, site
from newsfeed.parsing.pagedata.json_ld import Node, objects
from newsfeed.parsing.pagedata.meta import Names, Tags, read_tags
from newsfeed.parsing.pagedata.schema import Facts, article_facts
from newsfeed.parsing.pagedata.wording import key

MAX_SCRIPTS = 100
MAX_LINKS = 3

Found = tuple[Any, Origin]
"""The value of a field, and where it stood."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a page has to say.

    `base` is its URL as far as it is known or stated, `own` the keys of the paper's names, `nodes`
    all JSON-LD objects and `facts` what those of the article say, `head` the elements around its
    headline.
    """

    root: HtmlElement
    context: Context
    base: str | None
    tags: Tags
    nodes: tuple[Node, ...]
    facts: Facts
    own: frozenset[str]
    h1s: tuple[HtmlElement, ...]
    head: tuple[HtmlElement, ...]

    def first(self, said: str | None, names: Names, limit: int = 1_000) -> Found:
        """What JSON-LD says or, failing that, the first of these meta tags."""
        return (said, "json-ld") if said else (self.tags.first(names, limit), "meta")


def gather(root: HtmlElement, url: str | None, context: Context) -> Sources:
    """The sources of a page."""
    tags = read_tags(root)
    base = url or context.address or _stated_address(root, tags)
    h1s = visible.headlines(root)
    nodes = objects(_scripts(root))
    titles = [tags.first(("og:title",)), *map(visible.text_of, h1s[:3])]
    known = [title for title in titles if title]
    facts = article_facts(nodes, known, context, base)
    heading = h1s[0] if h1s else visible.anchor(root, known)
    return Sources(
        root=root,
        context=context,
        base=base,
        tags=tags,
        nodes=nodes,
        facts=facts,
        own=_own_names(tags, facts, base),
        h1s=tuple(h1s),
        head=tuple(visible.head(root, heading)),
    )


def links_to_itself(root: HtmlElement, tags: Tags) -> list[str]:
    """What the page calls its canonical address, the most trustworthy first."""
    links = (link for link in root.iter("link") if "canonical" in _relations(link))
    hrefs = (link.get("href") or "" for link in islice(links, MAX_LINKS))
    return [*hrefs, *tags.all(("og:url",))]


def _relations(link: HtmlElement) -> list[str]:
    return (link.get("rel") or "").lower().split()


def _stated_address(root: HtmlElement, tags: Tags) -> str | None:
    """The address of a page of which nothing is known from outside."""
    addresses = (canonical(href, None) for href in links_to_itself(root, tags))
    return next(filter(None, addresses), None)


def _scripts(root: HtmlElement) -> Iterator[str]:
    count = 0
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            yield script.text
            count += 1
        if count == MAX_SCRIPTS:
            return


def _own_names(tags: Tags, facts: Facts, base: str | None) -> frozenset[str]:
    """Keys of the paper's own names: none of them is an author, a section or a headline's end."""
    host = site(base)
    names = [facts.source or "", host, host.partition(".")[0], *tags.all(meta.SOURCE)]
    bare = [name.partition("(")[0] for name in names]
    return frozenset(filter(None, map(key, [*names, *bare])))
