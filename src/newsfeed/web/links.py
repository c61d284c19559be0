"""Links: every URL of the site is made here, from the settings and never from a request.

In: slugs, articles, queries. Out: paths for pages and absolute addresses for feeds and the API.
Called by every file of this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from newsfeed.article import Article, token
from newsfeed.feed_names import USUAL, Options
from newsfeed.feeds import Format
from newsfeed.slugs import slug


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses under `site_url`, the public address without a slash at its end.

    A path given to the methods is the site's own ("/search"); `href` puts the public address's
    folder before it, for a site that lives at https://example.org/news.
    """

    site_url: str

    @property
    def prefix(self) -> str:
        """The folder of the public address, "" for a site at the root."""
        return urlsplit(self.site_url).path

    def href(self, path: str) -> str:
        """`path` as a page of the site links to it."""
        return self.prefix + path

    def absolute(self, path: str) -> str:
        """`path` as the world knows it."""
        return self.site_url + path

    def article(self, article: Article) -> str:
        """The absolute address where a reader finds the article: the paper's, else our page."""
        return public_url(article.url) or self.absolute(article_path(article))


def article_path(article: Article) -> str:
    """The path of the article's page: readable in front, the id's token at the end."""
    return f"/articles/{slug(article.headline)}-{token(article.id)}"


def listing_path(kind: str, name: str) -> str:
    """The path of a listing's page; `kind` is "sections", "authors", "agencies" …"""
    return f"/{kind}/{slug(name)}"


def search_path(parameters: Mapping[str, str | int], format: Format | None = None) -> str:
    """The path of a search's page, or of its feed in `format`; empty parameters are left out."""
    pairs = [(name, str(value)) for name, value in parameters.items() if value != ""]
    suffix = f".{format}" if format else ""
    return f"/search{suffix}" + (f"?{urlencode(pairs)}" if pairs else "")


def feed_page_path(name: str, options: Options = USUAL) -> str:
    """The path of the page that explains a feed, by the feed's name ("sections/politik")."""
    path, _, query = name.partition("?")
    wanted = [query] if query else []
    wanted += [f"{name}={value}" for name, value in options.parameters().items()]
    return f"/feeds/{path}" + (f"?{'&'.join(wanted)}" if wanted else "")


def public_url(url: str | None) -> str | None:
    """The address if it is a web address with a host, else None (javascript:, file:, data: …)."""
    if not url or any(character <= " " for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None
