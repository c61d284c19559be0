"""Content: an article's text as clean HTML, to be shown inside other people's programs.

In: an article, or the blocks of a live blog's entry. Out: HTML with absolute addresses only. Called
by `entries`. It is written by the template `entry.html`, and all of it then goes through one
allow-list: whatever an article, a parser or a template let pass, nothing else leaves.
"""

from __future__ import annotations

import nh3
from jinja2 import Environment

from newsfeed.article import Article
from newsfeed.web.blocks import INLINE, SCHEMES

TEMPLATE = "entry.html"
TEMPLATES = (TEMPLATE, "blocks.html")
"""All that an entry's HTML is made from."""


class Composer:
    """Writes contents. Safe to share between threads."""

    def __init__(self, templates: Environment) -> None:
        # as a macro: a template's own context costs more than a short article's text
        self._content = templates.get_template(TEMPLATE).make_module().content  # type: ignore[attr-defined]

    def compose(self, article: Article, page: str, noted: bool = True) -> str:
        """The article's content; `page` is its page's absolute address.

        `noted` says whether the update or correction mark stands above it. The addresses of its
        pictures and related links are public ones.
        """
        return _CLEANER.clean(self._content(article, page, noted))


_CLEANER = nh3.Cleaner(
    tags={
        *("blockquote", "figcaption", "figure", "h2", "img", "li", "p", "time", "ul"),
        *INLINE,
    },
    attributes={"a": {"href"}, "img": {"src", "alt"}, "time": {"datetime"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
)
