"""Feed names: which feeds there are, what each is called, and where it stands.

In: articles, names, options. Out: names ("latest", "sections/politik", "search?q=Hafen") and paths
("/feeds/sections/politik.atom"). Called by the web, which serves feeds, by the command line and by
`push`, which tells a hub of them. A name is an address without its front and ending.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from newsfeed.article import Article, token
from newsfeed.slugs import slug

if TYPE_CHECKING:  # the formats bring feedgen with them
    from newsfeed.feeds import Format

Content = Literal["full", "summary"]
Updates = Literal["significant", "all", "none"]
Kind = Literal["sections", "authors", "agencies", "sources", "topics"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MAX_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Options:
    """How a feed is to be written.

    `updates` says which changes count as news: those of the text ("significant"), every one
    ("all") or only new articles ("none"). `limit` is at most `MAX_ENTRIES`.
    """

    content: Content = "full"
    updates: Updates = "significant"
    limit: int = MAX_ENTRIES

    def parameters(self) -> dict[str, str]:
        """What stands in the address: the options that are not the usual ones, in one order."""
        usual = Options()
        return {
            name: str(getattr(self, name))
            for name in ("content", "updates", "limit")
            if getattr(self, name) != getattr(usual, name)
        }


USUAL = Options()


def names_of(article: Article) -> Iterator[str]:
    """The feeds that hold the article, but for searches; each name once."""
    yield "latest"
    listed: tuple[tuple[Kind, tuple[str | None, ...]], ...] = (
        ("sections", (article.section,)),
        ("authors", article.authors),
        ("agencies", article.agencies),
        ("sources", (article.source,)),
        ("topics", article.topics),
    )
    for kind, names in listed:
        yield from dict.fromkeys(f"{kind}/{slug(name)}" for name in names if name)
    if any(block.kind == "entry" for block in article.body):
        yield liveblog_name(article)


def liveblog_name(article: Article) -> str:
    """The feed of a live blog's entries."""
    return f"articles/{token(article.id)}"


def feed_path(name: str, format: Format, options: Options = USUAL) -> str:
    """The path of a feed by its name ("sections/politik", "latest/2022-02", "search?q=…")."""
    path, _, query = name.partition("?")
    folder = "" if path == "search" else "/feeds"
    wanted = [query] if query else []
    wanted += [f"{name}={value}" for name, value in options.parameters().items()]
    return f"{folder}/{path}.{format}" + (f"?{'&'.join(wanted)}" if wanted else "")
