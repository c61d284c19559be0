"""Publication: when an article was published and last changed.

In: the sources of a page. Out: moments, as fine as the page knows them. Called by `page`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from newsfeed.parsing.dates import is_date_line
from newsfeed.parsing.pagedata import meta, visible
from newsfeed.parsing.pagedata.moments import Moment, finer, moment, of_stamp
from newsfeed.parsing.pagedata.sources import Found, Sources
from newsfeed.parsing.pagedata.wording import line

MAX_DATE_LINES = 10
_PARTED = re.compile(r"\s[|–—-]\s")
MAX_SEARCHED = 20_000
"""Elements of a page that htmldate is given: usual are one or two thousand, and it takes them all
through many searches."""


def published(page: Sources) -> Found:
    """When the article was published: by data, by the visible head, by anything on the page."""
    said = _said(page, page.facts.published, meta.PUBLISHED)
    if said[0] is not None:
        return said
    found, titled = _visible(page), _titled(page)
    if titled is not None:
        return finer(titled, found, page.context), "page"
    return found or _searched(page), "page"


def updated(page: Sources) -> Found:
    """When data say that it was last changed."""
    return _said(page, page.facts.updated, meta.UPDATED)


def _said(page: Sources, known: Moment | None, names: meta.Names) -> Found:
    found = page.tags.moment(names, page.context)
    if known is None:
        return found, "meta"
    return finer(known, found, page.context), "json-ld"


def _visible(page: Sources) -> Moment | None:
    """The first date in the head that is no update's, to the minute where one line knows it."""
    moments = list(_times(page)) or list(_lines(page))
    if not moments:
        return None
    first = moments[0]
    for other in moments[1:]:
        first = finer(first, other, page.context)
    return first


def _times(page: Sources) -> Iterator[Moment]:
    for text, is_update in visible.times(page.head):
        if not is_update and (found := moment(text, page.context)) is not None:
            yield found


def _lines(page: Sources) -> Iterator[Moment]:
    for stamp in islice(visible.date_lines(page.head), MAX_DATE_LINES):
        if stamp.kind == "published" and (found := of_stamp(stamp, page.context)) is not None:
            yield found


def _titled(page: Sources) -> Moment | None:
    """The date that the title tag has behind the headline, set off as the site's name is."""
    titles = [page.tags.first(("og:title",)), line(page.root.findtext(".//title"))]
    for title in filter(None, titles):
        for part in _PARTED.split(title)[1:]:
            if is_date_line(part) and (found := moment(part, page.context)) is not None:
                return found
    return None


def _searched(page: Sources) -> date | None:
    """The day that htmldate finds in the URL or elsewhere on the page; it is not asked to guess."""
    from htmldate import find_date  # slow to load, and needed for few pages

    if next(islice(page.root.iter(), MAX_SEARCHED, None), None) is not None:
        return None
    latest = f"{page.context.now + timedelta(days=1):%Y-%m-%d}"
    found = find_date(
        page.root, original_date=True, url=page.base, max_date=latest, extensive_search=False
    )
    return date.fromisoformat(found) if found else None
