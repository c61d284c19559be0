"""NewsML-G2: a news item becomes a Draft (IPTC NewsML-G2 2.1 to 2.35).

In: the root of a document: `newsItem`, or a `newsMessage` round items. Out: a Draft; of a message
with several texts its members. Called by `xml_documents`. Guidelines and schemas:
https://www.iptc.org/std/NewsML-G2/ ("Text", "Pictures", "Exchanging News: News Messages").

The text is the first of inlineXML (XHTML, NITF) and inlineData that holds any.
"""

from __future__ import annotations

import copy
import re

from lxml import etree

from newsfeed.article import Correction
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.markup import Fragment, fragment, local_name, plain_blocks
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.pagedata.names import is_person
from newsfeed.parsing.pagedata.rights import held_by, notice
from newsfeed.parsing.pagedata.schema import language_code
from newsfeed.parsing.wire import nitf
from newsfeed.parsing.wire.item import draft, images, lines, released, signed, text_of
from newsfeed.parsing.wire.newsml_items import (
    code_of,
    is_a,
    items_of,
    links_of,
    name_in,
    role_of,
    texts_of,
)
from newsfeed.parsing.wire.newsml_pictures import PICTURES, pictures_of
from newsfeed.parsing.wire.xml_tree import LANGUAGE, attribute, child, children, words

NAME = "NewsML-G2"
ROOTS = ("newsitem", "newsmessage", "packageitem", "conceptitem", "knowledgeitem", "planningitem")

MAX_COPIED = 20_000_000
"""Bytes of pictures that a split message may repeat: a thousand texts can link to one of them."""

_MARKED = re.compile(r"<(?:p|div|section|article|h[1-6]|br|ul|ol|blockquote)\b", re.IGNORECASE)
_LEADS = ("teaser", "summary", "standfirst", "lead", "abstract", "")
_KICKERS = ("kicker", "overline", "dachzeile")


def name_of(root: etree._Element) -> str:
    """What the text of a message or item goes by for good: its guid, without the version."""
    return next((guid for item in texts_of(root) if (guid := attribute(item, "guid"))), "")


def members(root: etree._Element) -> list[etree._Element]:
    """The texts of a message, each in a message of its own together with the pictures it links."""
    texts = texts_of(root)
    if len(texts) < 2:
        return [root]
    pictures = {
        one.get("guid"): (one, len(etree.tostring(one)))
        for one in items_of(root)
        if is_a(one, *PICTURES)
    }
    found, left = [], MAX_COPIED
    for text in texts:
        message = etree.Element(root.tag)
        held = etree.SubElement(message, _sibling(root, "itemSet"))
        held.append(copy.deepcopy(text))
        for link in links_of(text):
            picture, size = pictures.get(link.get("residref"), (None, 0))
            if picture is not None and size <= left:
                held.append(copy.deepcopy(picture))
                left -= size
        found.append(message)
    return found


def read_root(root: etree._Element, context: Context) -> Draft:
    """The draft of the one text in a message, or of an item.

    Raises ParseError for packages, pictures and other items that are no text, for what must not be
    published (`pubStatus`, `embargoed`), and for texts with neither a headline nor a body.
    """
    texts = texts_of(root)
    if len(texts) != 1:
        raise ParseError(*_no_text(root, len(texts)))
    item = texts[0]
    management, content = child(item, "itemmeta"), child(item, "contentmeta")
    embargo = child(management, "embargoed")
    dates = released(
        context,
        first=words(child(management, "firstcreated")),
        version=words(child(management, "versioncreated")),
        embargo=(embargo.text or "") if embargo is not None else None,
        status=code_of(child(management, "pubstatus")),
    )
    inner = child(item, "contentset", "inlinexml", "nitf", "body", "body.head")
    provider = name_in(child(management, "provider"))
    byline = words(child(content, "by")) or nitf.byline(inner) or ", ".join(_creators(content))
    authors, agencies = signed(byline, (), [provider, words(child(content, "creditline"))])
    headline, kicker = _headline(content), _kicker(content)
    url = absolute(item.get("guid"), None)
    text = _body(item, url)
    return draft(
        text.blocks,
        headline or words(child(inner, "hedline", "hl1")) or words(child(management, "title")),
        byline=byline or None,
        url=url,
        source=provider or words(child(item, "rightsinfo", "copyrightholder")),
        section=_section(content),
        kicker=kicker if kicker != headline else None,
        standfirst=_standfirst(content) or words(child(inner, "abstract")),
        authors=authors,
        agencies=agencies,
        images=images(pictures_of(item, root), text.images),
        published=dates.published,
        updated=dates.updated,
        correction=_correction(management),
        topics=_topics(content),
        language=_language(item, content),
        rights=_rights(item),
    )


def _no_text(root: etree._Element, texts: int) -> tuple[str, str]:
    if texts > 1:
        return (
            f"a newsMessage of {texts} texts",
            "as a file of the corpus each of them becomes an article",
        )
    items = items_of(root)
    if items:
        found = f"a {ascii(code_of(child(items[0], 'itemmeta', 'itemclass')))[1:-1]} item"
    else:
        held = child(root, "itemset")
        others = [local_name(one) for one in (held if held is not None else ())]
        found = f"a {next((name for name in others if name in ROOTS), local_name(root))}"
    return f"{found}, no text", "deliver the newsItem of a text"


def _sibling(root: etree._Element, name: str) -> str:
    """A name in the namespace of the root."""
    namespace = etree.QName(root).namespace
    return f"{{{namespace}}}{name}" if namespace else name


def _creators(content: etree._Element | None) -> list[str]:
    """Names of those who wrote the text; logins ("berg.anna") are none."""
    names = (name_in(one) for one in children(content, "creator"))
    return [name for name in names if name and is_person(name)]


def _headline(content: etree._Element | None) -> str | None:
    """The headline of the highest rank that is neither kicker nor of another purpose."""
    found = [one for one in children(content, "headline") if role_of(one) not in _KICKERS]
    found.sort(key=lambda one: (role_of(one) not in ("", "main"), _rank(one)))
    return words(found[0]) if found else None


def _kicker(content: etree._Element | None) -> str | None:
    """The headline whose role says so; dpa marks it by the rank 3."""
    for one in children(content, "headline"):
        if role_of(one) in _KICKERS or (role_of(one) == "" and _rank(one) == 3):
            return words(one)
    return None


def _rank(node: etree._Element) -> int:
    rank = node.get("rank") or ""
    return int(rank) if rank.isdecimal() and len(rank) < 9 else 0


def _standfirst(content: etree._Element | None) -> str | None:
    found = {role_of(one): words(one) for one in reversed(list(children(content, "description")))}
    return next((found[role] for role in _LEADS if found.get(role)), None)


def _section(content: etree._Element | None) -> str | None:
    """The category, where it is spelt out ("Politik") and not just a code ("pl")."""
    for one in children(content, "subject"):
        name = name_in(one)
        if (one.get("type") or "").lower().endswith("category") and name and len(name) > 3:
            return name
    return None


def _topics(content: etree._Element | None) -> tuple[str, ...]:
    subjects = [
        name_in(one)
        for one in children(content, "subject")
        if not (one.get("type") or "").lower().endswith("category")
    ]
    return lines([*map(words, children(content, "keyword")), *subjects])


def _language(item: etree._Element, content: etree._Element | None) -> str | None:
    return language_code(attribute(child(content, "language"), "tag") or item.get(LANGUAGE))


def _rights(item: etree._Element) -> str | None:
    """The copyright notice or the holder's name, else those of the NITF inside."""
    notices = map(words, children(item, "rightsinfo", "copyrightnotice"))
    holder = child(item, "rightsinfo", "copyrightholder")
    return (
        notice(*notices)
        or held_by(name_in(holder) or words(holder))
        or nitf.rights(child(item, "contentset", "inlinexml", "nitf"))
    )


def _correction(management: etree._Element | None) -> Correction | None:
    for signal in children(management, "signal"):
        if code_of(signal) == "correction":
            return Correction("correction", "Korrektur")
        if code_of(signal) == "update":
            return Correction("update", "Update")
    return None


def _body(item: etree._Element, base: str | None) -> Fragment:
    """The first text of the content set that holds any."""
    for node in children(item, "contentset", "inlinexml"):
        content = child(node, "nitf", "body", "body.content")
        found = text_of(content if content is not None else node, base)
        if found.blocks:
            return found
    for node in children(item, "contentset", "inlinedata"):
        text = "".join(part for part in node.itertext() if isinstance(part, str))
        is_marked = "html" in (node.get("contenttype") or "") or _MARKED.search(text)
        found = text_of(fragment(text), base) if is_marked else Fragment(plain_blocks(text))
        if found.blocks:
            return found
    return Fragment()
