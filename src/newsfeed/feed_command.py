"""The command `newsfeed feed`: a feed as the server would send it.

In: a feed's name, format and options. Out: the document on standard output, byte for byte what HTTP
serves. Registered by `cli`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsfeed.commands import command, index_option, json_option
from newsfeed.sessions import opened_index, settings_with

if TYPE_CHECKING:
    from newsfeed.feed_names import Content, Updates
    from newsfeed.feeds import Format


@command("feed")
@click.argument("name", metavar="NAME")
@click.option("--format", "format_name", type=click.Choice(["atom", "rss", "json"]), default="atom")
@click.option(
    "--content",
    type=click.Choice(["full", "summary"]),
    default="full",
    help="Whole texts or summaries only.",
)
@click.option(
    "--updates",
    type=click.Choice(["significant", "all", "none"]),
    default="significant",
    help="Which changes of an article are news.",
)
@click.option(
    "--limit", type=click.IntRange(1, 50), default=50, show_default=True, help="Entries at most."
)
@index_option
@json_option
def feed_command(
    name: str,
    format_name: Format,
    content: Content,
    updates: Updates,
    limit: int,
    index: Path | None,
    as_json: bool,
) -> None:
    """Print the feed NAME as the server would send it.

    NAME is latest, sections/politik, authors/anna-berg, agencies/…, sources/…, topics/…, one of
    their months (latest/2022-02), a live blog (articles/TOKEN) or "search?q=…". Options may also
    stand in NAME, as they do in an address: "latest?limit=5".
    """
    from newsfeed.feed_names import Options
    from newsfeed.web.newsstand import build_document

    settings = settings_with(index=index)
    with opened_index(settings) as found:
        document = build_document(
            found,
            settings,
            name,
            "json" if as_json else format_name,
            Options(content, updates, limit),
        )
    sys.stdout.buffer.write(document.body)
    sys.stdout.buffer.flush()
