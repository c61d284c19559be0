"""Page data: what a page's data fields and visible head say of its article.

Comes from `read_page_data` and `schema_article`, is made a Draft by the HTML and JSON formats. All
text is clean and on one line but for `article_body` and the bodies of entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from newsfeed.article import Image, Origin
from newsfeed.parsing.pagedata.moments import Moment


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a live blog's data; `body` is plain text or HTML as it stands there."""

    headline: str | None = None
    body: str | None = None
    published: Moment | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageData:
    """What is known of the article without its body.

    `headline` is the one that sources agree on, `headlines` all that stand anywhere on the page
    (to know them again in the body). `standfirst` stands visibly on the page, `description` only
    in its data. Moments are aware instants, or days where no more is known. URLs are absolute
    http(s). `article_body` is JSON-LD's own text, plain or HTML. `is_free` is None where the page
    says nothing of a paywall. `origins` says for each field where it was found.
    """

    headline: str | None = None
    headlines: tuple[str, ...] = ()
    kicker: str | None = None
    standfirst: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
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
    origins: Mapping[str, Origin] = field(default_factory=dict)
