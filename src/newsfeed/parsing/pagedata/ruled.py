"""Ruled: the fields for which a source's rule file names an element.

In: page data and the tree. Out: the page data with these fields replaced, their origin "rules".
Called last by `page`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from newsfeed.article import Origin
from newsfeed.parsing.context import Context
from newsfeed.parsing.pagedata.model import PageData
from newsfeed.parsing.pagedata.moments import moment
from newsfeed.parsing.pagedata.names import agency_of, names_in
from newsfeed.parsing.pagedata.rights import notice
from newsfeed.parsing.pagedata.visible import text_of
from newsfeed.parsing.pagedata.wording import line
from newsfeed.parsing.rules import Rules, split_attribute

MAX_ELEMENTS = 30


def ruled(data: PageData, root: HtmlElement, url: str | None, context: Context) -> PageData:
    """The page data with what the source's rules find; a selector that finds nothing is silent."""
    rules = context.rules_for(data.url or url)
    if rules == Rules():
        return data
    found = {name: value for name, value in _found(rules, root, context).items() if value}
    origins: dict[str, Origin] = {**data.origins, **dict.fromkeys(found, "rules")}
    return replace(data, **found, origins=origins)


def _found(rules: Rules, root: HtmlElement, context: Context) -> Mapping[str, Any]:
    signers = [name for text in _texts(root, rules.author) for name in names_in(text)]
    found: dict[str, Any] = {"authors": tuple(dict.fromkeys(signers))}
    if signers:
        agencies = filter(None, map(agency_of, signers))
        found["agencies"] = tuple(dict.fromkeys(agencies))
    for name in ("headline", "kicker", "standfirst", "section"):
        found[name] = next(iter(_texts(root, getattr(rules, name))), None)
    found["rights"] = notice(*_texts(root, rules.rights))
    for name in ("published", "updated"):
        moments = (moment(text, context) for text in _texts(root, getattr(rules, name)))
        found[name] = next(filter(None, moments), None)
    return found


def _texts(root: HtmlElement, selector: str | None) -> list[str]:
    """The texts, or values of the attribute, that a field's selector finds."""
    if selector is None:
        return []
    css, attribute = split_attribute(selector)
    elements = islice(root.cssselect(css), MAX_ELEMENTS)
    texts = (line(each.get(attribute)) if attribute else text_of(each, 2_000) for each in elements)
    return [text for text in texts if text]
