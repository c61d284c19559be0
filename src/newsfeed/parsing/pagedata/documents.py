"""Documents: a JSON document that is itself a schema.org article.

In: the value of a JSON document. Out: a Draft, and whether the value is such an article at all.
Called by the JSON documents' format. (Pages carry the same objects in scripts: see `page`.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newsfeed.article import Image, Origin
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.pagedata.addresses import canonical
from newsfeed.parsing.pagedata.authors import signed
from newsfeed.parsing.pagedata.json_ld import nodes_of
from newsfeed.parsing.pagedata.schema import article_facts, is_article
from newsfeed.parsing.pagedata.stated import stated
from newsfeed.parsing.pagedata.wording import key


def is_schema_article(value: Any) -> bool:
    """Whether a JSON value is a schema.org article, or a list or "@graph" that holds one."""
    return any(is_article(node) for node in nodes_of(value))


def schema_article(value: Any, context: Context) -> Draft:
    """The article that a JSON value of schema.org's kind is; every origin is "json-ld".

    `articleBody` may be plain text or HTML. Raises ParseError where the value holds no article or
    the article no headline.
    """
    facts = article_facts(nodes_of(value), (), context, context.address)
    if facts.headline is None:
        raise ParseError("headline: the schema.org article has none", 'give it a "headline"')
    url = canonical(facts.url, None)
    body = stated(facts.article_body, facts.entries, context.zone, url or context.address)
    own = frozenset(key(name) for name in [facts.source] if name)
    signers = signed(facts.people, facts.organisations, (), tuple, own)
    fields: dict[str, Any] = {
        "headline": facts.headline,
        "standfirst": facts.description,
        "authors": signers.authors,
        "agencies": signers.agencies,
        "published": facts.published,
        "updated": facts.updated,
        "section": facts.section,
        "topics": facts.topics,
        "images": _images(facts.images, body.images),
        "url": url,
        "source": facts.source,
        "language": facts.language,
        "rights": facts.rights,
        "body": body.blocks,
    }
    origins: Mapping[str, Origin] = {name: "json-ld" for name, value in fields.items() if value}
    return Draft(**fields, origins=origins)


def _images(own: Sequence[Image], inner: Sequence[Image]) -> tuple[Image, ...]:
    """The article's images, then those of its text that are not among them."""
    known = {image.url for image in own}
    return (*own, *(image for image in inner if image.url is None or image.url not in known))
