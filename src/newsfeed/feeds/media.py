"""Pictures in XML feeds: Media RSS 1.5.1 (rssboard.org/media-rss), which Atom borrows.

In: a cleaned entry and its XML element. Out: `media:content` for each picture that has a URL, the
first one as a thumbnail, too. Called by the writers of Atom entries and RSS items. A picture
without a URL has none (the element is one media object at one URL): its caption and credit stand in
the content, and in JSON Feed under `_newsfeed`.

**Where a caption may stand.** `media:title` harms nobody: readers take it for the entry's title
only where there was no title before. `media:description` does harm. Tried with feedparser 6.0.12
(and `reader` 3.24 on top of it) and newsboat 2.21, in RSS and Atom alike:

| order in the entry                        | what feedparser then says                       |
|-------------------------------------------|-------------------------------------------------|
| before the summary                        | summary = caption, content = the summary        |
| after the summary, no content             | content = caption                               |
| between summary and content               | content = caption, then the content             |
| content, but no summary                   | summary = caption                               |
| a child of the entry, not of its content  | summary = caption                               |
| summary, content, media                   | summary right, summary_detail = caption         |
| content, media, summary                   | all right                                       |
| content, media, then a second summary     | all right                                       |

A `media:group` around it changes nothing; newsboat takes a caption only where there is no other
text. So a caption is a `media:description` just where the entry has both content and summary, and
the summary follows: in Atom `summary` itself, in RSS, whose `description` has to come before the
content (RSS Advisory Board), `atom:summary`. Elsewhere a caption is a `media:title` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml.etree import SubElement

from newsfeed.feeds.links import image_type
from newsfeed.feeds.namespaces import MEDIA

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsfeed.article import Image
    from newsfeed.feeds.feed import Entry

_CONTENT = f"{{{MEDIA}}}content"
_CREDIT = f"{{{MEDIA}}}credit"
_DESCRIPTION = f"{{{MEDIA}}}description"
_THUMBNAIL = f"{{{MEDIA}}}thumbnail"
_TITLE = f"{{{MEDIA}}}title"


def add_pictures(node: _Element, entry: Entry) -> bool:
    """Adds the pictures that have a URL. True where a summary has to follow them."""
    described = bool(entry.content and entry.summary)
    pictures = [image for image in entry.images if image.url]
    for number, image in enumerate(pictures):
        content = _add_picture(node, image, described)
        if number == 0:
            SubElement(content, _THUMBNAIL).set("url", image.url or "")
    return described and any(image.caption for image in pictures)


def _add_picture(node: _Element, image: Image, described: bool) -> _Element:
    url = image.url or ""
    content = SubElement(node, _CONTENT)
    content.set("url", url)
    if image.length:
        content.set("fileSize", str(image.length))
    if kind := image.media_type or image_type(url):
        content.set("type", kind)
    content.set("medium", "image")
    if image.caption:
        SubElement(content, _TITLE).text = image.caption
        if described:
            SubElement(content, _DESCRIPTION).text = image.caption
    if image.credit:
        SubElement(content, _CREDIT).text = image.credit
    return content
