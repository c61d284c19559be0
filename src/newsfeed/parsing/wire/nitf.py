"""NITF: an article in the News Industry Text Format becomes a Draft (IPTC NITF 3.0 to 3.6).

In: the `nitf` element of a document, or of the inlineXML of a NewsML-G2 item. Out: a Draft. Called
by `xml_documents` and `newsml`. Documentation:
https://www.iptc.org/std/NITF/3.6/documentation/nitf-3-6.html

What readers see stands in body.head (hedline, byline, dateline, abstract), body.content and
body.end (tagline); what editors need in head/docdata and head/pubdata. Dates are of the form
20220227T172600+0100 or ISO 8601.
"""

from __future__ import annotations

import re

from lxml import etree

from newsfeed.article import Block, Correction
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.markup import Fragment, blocks_of
from newsfeed.parsing.pagedata.addresses import absolute
from newsfeed.parsing.pagedata.rights import held_by
from newsfeed.parsing.pagedata.schema import language_code
from newsfeed.parsing.wire.item import draft, lines, released, signed
from newsfeed.parsing.wire.xml_tree import LANGUAGE, attribute, child, children, inside, words

NAME = "NITF"
ROOTS = ("nitf",)

_NORM = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:T?(\d\d):?(\d\d):?(\d\d)?\s?(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)
_TOPICS = ("classifier", "person", "org", "event", "location", "object.title")


def name_of(root: etree._Element) -> str:
    """What an article goes by for good: its document id, "" if it has none."""
    return attribute(child(root, "head", "docdata", "doc-id"), "id-string") or ""


def members(root: etree._Element) -> list[etree._Element]:
    """An NITF document holds one article."""
    return [root]


def read_root(root: etree._Element, context: Context) -> Draft:
    """The draft of an article.

    Raises ParseError for what must not be published (`management-status`, `date.release`) and what
    has neither a headline nor text.
    """
    data, publication = child(root, "head", "docdata"), child(root, "head", "pubdata")
    head, content = child(root, "body", "body.head"), child(root, "body", "body.content")
    status = attribute(data, "management-status")
    issued = (
        attribute(child(data, "date.issue"), "norm"),
        attribute(publication, "date.publication"),
        attribute(child(head, "dateline", "story.date"), "norm"),
    )
    dates = released(
        context,
        first=next(filter(None, map(_iso, issued)), None),
        embargo=_iso(attribute(child(data, "date.release"), "norm")),
        status=status,
    )
    signers = byline(head)
    owner = child(data, "doc.copyright")
    provider = words(child(head, "distributor")) or attribute(owner, "holder")
    authors, agencies = signed(signers, (), [provider, attribute(publication, "name")])
    text = blocks_of(content) if content is not None else Fragment()
    lead, below = words(child(head, "abstract")), words(child(head, "hedline", "hl2"))
    return draft(
        (*_subheadline(lead, below), *text.blocks, *_end(root)),
        words(child(head, "hedline", "hl1")) or words(child(root, "head", "title")),
        byline=signers,
        url=absolute(attribute(publication, "ex-ref"), None),
        source=attribute(publication, "name") or provider,
        section=attribute(publication, "position.section"),
        standfirst=lead or below,
        authors=authors,
        agencies=agencies,
        images=text.images,
        published=dates.published,
        updated=dates.updated,
        correction=_correction(data),
        topics=_topics(root),
        rights=rights(root),
        language=language_code(root.get(LANGUAGE) or attribute(child(root, "body"), LANGUAGE)),
    )


def rights(root: etree._Element | None) -> str | None:
    """The copyright line of an `nitf` element: its holder and year."""
    owner = child(root, "head", "docdata", "doc.copyright")
    return held_by(attribute(owner, "holder"), attribute(owner, "year"))


def _iso(norm: str | None) -> str | None:
    """A date in ISO 8601's extended format; where its clock says 000000 only the day is known."""
    match = _NORM.fullmatch((norm or "").strip())
    if match is None:
        return norm or None
    year, month, day, hour, minute, second, zone = match.groups()
    if hour is None or hour + minute + (second or "00") == "000000":
        return f"{year}-{month}-{day}"
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}"


def byline(head: etree._Element | None) -> str | None:
    """The bylines without the titles and employers of those who sign (`byttl`)."""
    signs = []
    for sign in children(head, "byline"):
        people = [words(person) for person in inside(sign, "person")]
        title = words(child(sign, "byttl")) or ""
        whole = (words(sign) or "").removesuffix(title).strip()
        signs.append(", ".join(filter(None, people)) or whole or title)
    return ", ".join(filter(None, signs)) or None


def _subheadline(lead: str | None, below: str | None) -> tuple[Block, ...]:
    """The second headline of an article that has an abstract as well opens the text."""
    return (Block("subheading", below),) if lead and below else ()


def _end(root: etree._Element) -> tuple[Block, ...]:
    end = child(root, "body", "body.end", "tagline")
    return blocks_of(end).blocks if end is not None else ()


def _correction(data: etree._Element | None) -> Correction | None:
    mark = child(data, "correction")
    if mark is None:
        return None
    text = next(iter(lines([mark.get("info"), words(mark)])), "Korrektur")
    return Correction("correction", text)


def _topics(root: etree._Element) -> tuple[str, ...]:
    """Subjects, identified content and keywords of the head."""
    head = child(root, "head")
    subjects = children(head, "tobject", "tobject.subject")
    known = child(head, "docdata", "identified-content")
    return lines(
        [
            *(
                one.get("tobject.subject.matter") or one.get("tobject.subject.type")
                for one in subjects
            ),
            *(
                one.get("value") or words(one)
                for one in (known if known is not None else ())
                if isinstance(one.tag, str) and one.tag.rpartition("}")[2] in _TOPICS
            ),
            *(one.get("key") for one in children(head, "docdata", "key-list", "keyword")),
        ]
    )
