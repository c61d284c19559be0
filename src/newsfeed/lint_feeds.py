"""Own feeds: every document of a feed, made as the server would make it, and looked at.

In: a search index, settings, feeds' names. Out: findings, and the build to compare with the next.
Called by `lint_command`. A feed is made whole and as summaries, in every format; the archive of
the latest articles is followed link by link, as a reader would.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from newsfeed.errors import NewsfeedError
from newsfeed.feed_names import USUAL, Options, names_of
from newsfeed.feeds import FORMATS, Format
from newsfeed.lint import Finding, Rule, examine
from newsfeed.lint.agreement import check_agreement
from newsfeed.lint.build import Build, Builder
from newsfeed.lint.view import FeedView
from newsfeed.search.interface import MAX_LIMIT, Query, SearchIndex
from newsfeed.settings import Settings
from newsfeed.web.catalogue import Catalogue
from newsfeed.web.links import Links
from newsfeed.web.newsstand import Newsstand, NoSuchFeed, WithdrawnFeed
from newsfeed.web.rendering import environment
from newsfeed.web.selections import Selection
from newsfeed.withdrawals import RegisterReader

LATEST = "latest"
MISSING = Rule(
    "feed-missing",
    "error",
    "report it: articles name a feed that there is not",
    "newsfeed, feed_names.names_of",
)
BROKEN = Rule(
    "archive-broken",
    "error",
    "report it: the chain of archives must lead from document to document to the first",
    "RFC 5005, section 4",
)
GAP = Rule(
    "archive-gap",
    "error",
    "report it: the current document and its archives together hold every entry",
    "RFC 5005, section 4",
)
_SUMMARIES = Options(content="summary")


class OwnFeeds:
    """Looks at feeds one by one and gathers what readers know of them after that."""

    def __init__(self, index: SearchIndex, settings: Settings, now: datetime) -> None:
        self._index = index
        self._now = now
        self._links = Links(settings.site_url)
        self._newsstand = Newsstand(
            index,
            settings,
            Catalogue(index),
            environment(settings),
            RegisterReader(settings.register_path),
        )
        self._builder = Builder(now)
        self.documents = 0
        self.feeds = 0

    def names(self) -> tuple[list[str], set[str]]:
        """The names of all feeds that any article is in, and the ids of all articles.

        Raises IndexUnavailable.
        """
        names, ids = {LATEST}, set()
        cursor: str | None = None
        while True:
            page = self._index.search(Query(sort="newest", limit=MAX_LIMIT, cursor=cursor))
            for hit in page.hits:
                ids.add(hit.article.id)
                names.update(names_of(hit.article))
            cursor = page.next
            if cursor is None:
                return [LATEST, *sorted(names - {LATEST})], ids

    def check_known(self, name: str) -> Iterator[Finding]:
        """What is wrong with a feed that articles name; that there is none is a finding."""
        try:
            yield from self.check(name)
        except WithdrawnFeed:  # by its settings: nobody reads it any more
            return
        except NoSuchFeed as error:
            yield MISSING.broken(str(error)).within(name)

    def check(self, name: str) -> Iterator[Finding]:
        """What is wrong with a feed. Raises what `Newsstand.select` and `document` do."""
        selection = self._newsstand.select(name)
        self.feeds += 1
        yield from self._document(selection, current=True)
        if selection.options == USUAL:
            yield from self._document(self._newsstand.select(name, _SUMMARIES), current=False)

    def check_archive(self, name: str) -> tuple[list[Finding], set[str]]:
        """What is wrong with a feed's archive, and the ids that the whole feed holds."""
        selection = self._newsstand.select(name)
        current, found = self._look(selection, "atom")
        held = {entry.id for entry in current.entries} if current else set()
        seen = {""}
        after = current
        while after is not None and (older := after.linked("prev-archive")) not in seen:
            seen.add(older)
            part = self._linked(older)
            if part is None:
                found.append(BROKEN.broken(f"there is no document {older}").within(name))
                break
            found += self._document(part, current=False)
            after, _ = self._look(part, "atom")
            if after is not None:
                held |= {entry.id for entry in after.entries}
                found += self._chained(name, current, after, older)
        return found, held

    def missing(self, name: str, held: set[str], ids: set[str]) -> Iterator[Finding]:
        """Articles that are in no document of the feed that should hold all."""
        for id in sorted(ids - held):
            yield GAP.broken("the article is in no document of the feed", id).within(name)

    def build(self, whole: bool) -> Build:
        """All that was seen."""
        return self._builder.build(whole)

    def _document(self, selection: Selection, current: bool) -> Iterator[Finding]:
        """A document in every format; `current` is what readers subscribe to, in full."""
        views: dict[Format, FeedView] = {}
        for format in FORMATS:
            view, findings = self._look(selection, format)
            yield from findings
            if view is not None:
                views[format] = view
        for finding in check_agreement(views):
            yield finding.within(_shown(selection), finding.format)
        view = views.get("atom")
        if view is not None and selection.options.content == "full":
            self._builder.add_entries(view)
            if current:
                self._builder.add_feed(selection.name, view)

    def _look(self, selection: Selection, format: Format) -> tuple[FeedView | None, list[Finding]]:
        document = self._newsstand.document(selection, format)
        self.documents += 1
        checked = examine(document.body, format, self._now)
        path = selection.paths[format]
        self._builder.add_document(path, document.validators.etag, document.body)
        shown = _shown(selection)
        return checked.view, [one.within(shown, format) for one in checked.findings]

    def _chained(
        self, name: str, current: FeedView | None, after: FeedView, url: str
    ) -> Iterator[Finding]:
        """An archive document says that it is one, and leads back to its feed."""
        if not after.archive:
            yield BROKEN.broken(f"{url} does not say that it is an archive").within(name)
        if current and after.linked("current") != current.linked("self"):
            yield BROKEN.broken(f"{url} leads back to another feed").within(name)

    def _linked(self, url: str) -> Selection | None:
        """The document of ours that an address leads to."""
        start = self._links.absolute("/feeds/")
        if not url.startswith(start) or not url.endswith(".atom"):
            return None
        try:
            return self._newsstand.select(url.removeprefix(start).removesuffix(".atom"))
        except NewsfeedError:
            return None


def _shown(selection: Selection) -> str:
    """A document's name as it is told: with what is unusual about it."""
    options = "&".join(f"{name}={value}" for name, value in selection.options.parameters().items())
    joint = "&" if "?" in selection.path_name else "?"
    return selection.path_name + (joint + options if options else "")
