"""The command line: arguments in, text or `--json` out, no logic of its own.

In: arguments and settings. Out: text on standard output, problems on standard error, an exit code:
0 done, 1 failed, 2 wrong arguments, settings or query, 3 done but with `--strict` problems.
Heavy modules are imported inside the commands, so that `newsfeed --help` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from newsfeed import __version__
from newsfeed.changes_command import changes_command
from newsfeed.commands import command, index_option, json_option, now
from newsfeed.feed_command import feed_command
from newsfeed.index_commands import index_command, reindex_command
from newsfeed.lint_command import lint_command
from newsfeed.push_command import push_command
from newsfeed.sessions import (
    FAILED,
    fail,
    opened_index,
    opened_register,
    settings_with,
)

if TYPE_CHECKING:
    from newsfeed.corpus import Problem

P = ParamSpec("P")
T = TypeVar("T")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="newsfeed")
def main() -> None:
    """A folder of news articles becomes full-text search and feeds.

    Settings come from newsfeed.toml and NEWSFEED_* variables; options win over both.
    """


main.add_command(index_command)
main.add_command(reindex_command)
main.add_command(changes_command)
main.add_command(feed_command)
main.add_command(lint_command)
main.add_command(push_command)


def _command(name: str) -> Callable[[Callable[P, None]], click.Command]:
    def decorate(function: Callable[P, None]) -> click.Command:
        made = command(name)(function)
        main.add_command(made)
        return made

    return decorate


@_command("search")
@click.argument("query")
@index_option
@click.option("--section", help="Only this section.")
@click.option("--author", help="Only this author.")
@click.option("--agency", help="Only this agency.")
@click.option("--source", help="Only this paper.")
@click.option("--topic", help="Only this topic.")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@json_option
def search_command(query: str, index: Path | None, as_json: bool, **options: Any) -> None:
    """Search for QUERY: words, "phrases", -without, field:word, AND OR NOT, brackets."""
    from newsfeed.search.interface import Query
    from newsfeed.terminal import say, say_json
    from newsfeed.web.results import results_json

    settings = settings_with(index=index)
    with opened_index(settings) as found:
        results = found.search(Query(text=query, snippets=True, **options))
    if as_json:
        say_json(results_json(results, settings))
        return
    say(f"{results.total} articles")
    for hit in results.hits:
        article = hit.article
        day = article.date.astimezone(settings.zone).date()
        say(f"\n{article.headline}\n  {day}  {article.section or '-'}  {article.id}")
        if hit.snippet:
            say(f"  {hit.snippet.text}")


@_command("duplicates")
@index_option
@json_option
def duplicates_command(index: Path | None, as_json: bool) -> None:
    """List the articles with nearly the same text, each group under the one that was first."""
    from newsfeed.likeness.duplicates import DuplicateReader
    from newsfeed.terminal import say_family, say_json
    from newsfeed.web.duplicates import families_json
    from newsfeed.web.links import Links

    settings = settings_with(index=index)
    reader = DuplicateReader(settings.register_path)
    with opened_index(settings) as found:
        for family in families_json(reader, found, Links(settings.site_url)):
            say_json(family) if as_json else say_family(family)


@_command("parse")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Say why: each line or element, each field.")
@json_option
def parse_command(file: Path, explain: bool, as_json: bool) -> None:
    """Show what the parser makes of FILE, with its sidecar if there is one.

    Of a file with several articles it lists the members; FILE/MEMBER names one of them.
    """
    from newsfeed import explaining, terminal
    from newsfeed.article import to_dict
    from newsfeed.locating import locate
    from newsfeed.readings import explain_article, read_article

    found = locate(file, settings_with(), now())
    if found.members is not None:
        terminal.list_members(file, found.members, found.problems, as_json)
        if found.problems and not found.members:
            sys.exit(FAILED)
    elif explain:
        explanation = _read(explain_article(found.terms, found.file))
        domain = found.terms.rules.domain_of(explanation.article.url)
        if as_json:
            terminal.say_json(explaining.as_json(explanation, domain))
        else:
            terminal.say_styled(explaining.lines(explanation, domain, terminal.width()))
    else:
        article = to_dict(_read(read_article(found.terms, found.file)).article)
        terminal.say_json(article) if as_json else terminal.show(article)


def _read(answer: T | Problem) -> T:
    """What was read; a file that is no article ends the command."""
    from newsfeed.corpus import Problem

    if isinstance(answer, Problem):
        fail(FAILED, f"{answer.file}: {answer.reason}; {answer.remedy}")
    return answer


@_command("serve")
@click.option("--host", help="Address to serve on (default: settings).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Server processes.")
@index_option
@json_option
def serve_command(
    host: str | None, port: int | None, workers: int | None, index: Path | None, as_json: bool
) -> None:
    """Serve pages, feeds and API until stopped."""
    from newsfeed.terminal import say, say_json
    from newsfeed.web.server import serve

    settings = settings_with(host=host, port=port, workers=workers, index=index)

    def ready(url: str) -> None:
        if as_json:
            say_json({"serving": url})
        else:
            say(f"newsfeed on {url} (stop with Ctrl-C)")

    serve(settings, ready)


@_command("check")
@index_option
@json_option
def check_command(index: Path | None, as_json: bool) -> None:
    """Verify the register, the index, and that they agree."""
    from newsfeed.indexer import verify
    from newsfeed.push.queue import count
    from newsfeed.terminal import say, say_json

    settings = settings_with(index=index)
    if not settings.register_path.exists():
        fail(FAILED, f"{settings.register_path}: no register here; run `newsfeed index`")
    with opened_register(settings) as register, opened_index(settings) as found:
        findings = verify(register, found)
        articles = sum(one.live for one in register.known())
    pings = count(settings.register_path) if settings.hub else 0
    if as_json:
        answer = {"sound": not findings, "articles": articles, "findings": findings}
        say_json({**answer, "pings": pings})
    else:
        for finding in findings:
            say(finding)
        if not findings:
            say(f"sound: {articles} articles, change {register.sequence()}")
        if pings:
            say(f"{pings} feeds wait for the hub: see `newsfeed push`")
    if findings:
        sys.exit(FAILED)
