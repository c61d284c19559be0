"""NewsML-G2 pictures: which images belong to a text.

In: a text item and the message it came in. Out: Images with captions and credits. Called by
`newsml`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from lxml import etree

from newsfeed.article import Image
from newsfeed.parsing.figures import captioned
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.pagedata.renditions import Rendition, filed, rendition, widest
from newsfeed.parsing.wire.newsml_items import code_of, is_a, items_of, links_of, name_in, role_of
from newsfeed.parsing.wire.xml_tree import child, children, words

PICTURES = ("picture", "graphic")


def pictures_of(item: etree._Element, root: etree._Element) -> Iterator[Image]:
    """The pictures of a text: its own, those it links to, and all of the message if none is linked.

    A link whose target is no item of the message shows its own address and title.
    """
    if (file := _largest(item)) is not None:
        yield filed(Image(url=file.url), file)
    beside = {one.get("guid"): one for one in items_of(root) if is_a(one, *PICTURES)}
    links = [one for one in links_of(item) if _leads_to_picture(one, beside.keys())]
    for link in links:
        picture = beside.get(link.get("residref"))
        yield from _shown(picture) if picture is not None else _announced(link)
    if not links:
        for picture in beside.values():
            yield from _shown(picture)


def _leads_to_picture(link: etree._Element, guids: Container[str | None]) -> bool:
    return link.get("residref") in guids or code_of(child(link, "itemclass")) in PICTURES


def _announced(link: etree._Element) -> Iterator[Image]:
    image = captioned(words(child(link, "title")) or "", "", absolute(link.get("href"), None))
    if image is not None and image.url is not None:
        yield image


def _shown(picture: etree._Element) -> Iterator[Image]:
    content = child(picture, "contentmeta")
    captions = {role_of(one): words(one) for one in children(content, "description")}
    caption = captions.get("caption") or next(filter(None, captions.values()), "")
    people = ", ".join(filter(None, map(name_in, children(content, "creator"))))
    source = words(child(content, "creditline")) or ""
    credit = words(child(content, "by")) or "/".join(filter(None, (people, source)))
    file = _largest(picture)
    image = captioned(caption or "", credit, file.url if file else None)
    if image is not None:
        yield filed(image, file)


def _largest(item: etree._Element) -> Rendition | None:
    """The widest remoteContent that is an image."""
    return widest(
        rendition(
            one.get("href"),
            kind=one.get("contenttype"),
            length=None if one.get("sizeunit") else one.get("size"),  # bytes, if not said
            width=one.get("width"),
        )
        for one in children(item, "contentset", "remotecontent")
    )
