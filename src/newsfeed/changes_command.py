"""The command `newsfeed changes`: what happened to which article, for scripts that keep a copy.

In: the number of the last change that the caller has. Out: every later one, a line each, on
standard output; 2 for a number of another register. Registered by `cli`.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsfeed.commands import command, index_option, json_option
from newsfeed.sessions import FAILED, fail, opened_index, settings_with


@command("changes")
@click.option(
    "--after",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Number of the last change that you have.",
)
@index_option
@json_option
def changes_command(after: int, index: Path | None, as_json: bool) -> None:
    """List what was created, updated and withdrawn since a change, the oldest first.

    It ends with what the index holds already, as the API's /changes does.
    """
    from newsfeed.change_log import MAX_CHANGES, ChangeLog
    from newsfeed.terminal import say, say_json
    from newsfeed.web.changes import change_json
    from newsfeed.web.links import Links

    settings = settings_with(index=index)
    if not settings.register_path.exists():
        fail(FAILED, f"{settings.register_path}: no register here; run `newsfeed index`")
    links = Links(settings.site_url)
    log = ChangeLog(settings.register_path)
    with opened_index(settings) as found:
        upto = found.sequence()
    check = ""
    while True:
        page = log.page(after, MAX_CHANGES, upto, check)
        for change in page.changes:
            line = change_json(change, links)
            if as_json:
                say_json(line)
            else:
                kind, reason = change.kind, change.reason
                say(f"{change.sequence:>8}  {line['at'][:19]}Z  {kind:<8}  {change.id}  {reason}")
        if page.is_final:
            return
        after, check = page.after, page.check
