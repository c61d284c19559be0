"""Atom 1.0: a document against RFC 4287, its grammar and what the grammar cannot say.

In: the root of a parsed document. Out: findings. Called by `checking`. The rules here name the
usual faults in words; the grammar (atom.rng) then speaks only of what they did not explain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from newsfeed.lint.atom_grammar import grammar_faults
from newsfeed.lint.finding import Finding, Rule, quoted
from newsfeed.lint.namespaces import ATOM, ATOM_03, XHTML, XML_LANG
from newsfeed.lint.values import is_absolute, is_email, is_language, is_media_type, rfc3339
from newsfeed.lint.xml_document import line_of, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOT = Rule(
    "atom-root",
    "error",
    f'start with <feed xmlns="{ATOM}">, the namespace to the letter',
    "RFC 4287, section 2",
)
REQUIRED = Rule(
    "atom-required", "error", "write it, not empty", "RFC 4287, sections 4.1.1 and 4.1.2"
)
ONCE = Rule("atom-once", "error", "write it once", "RFC 4287, sections 4.1.1 and 4.1.2")
AUTHOR = Rule(
    "atom-author",
    "error",
    "give each entry an author, or the feed one for all of them",
    "RFC 4287, sections 4.1.1 and 4.1.2",
)
PERSON = Rule(
    "atom-person", "error", "a person has one name, at most one uri and email", "RFC 4287, 3.2"
)
ID = Rule(
    "atom-id",
    "error",
    "use an absolute IRI that never changes, such as a tag: URI",
    "RFC 4287, section 4.2.6",
)
ID_REPEATED = Rule(
    "atom-id-repeated",
    "error",
    "write each entry once: readers show the one and lose the other",
    "RFC 4287, section 4.1.1",
)
DATE = Rule(
    "atom-date",
    "error",
    "write it like 2026-06-01T06:30:00Z, with T, Z or offset",
    "RFC 4287, section 3.3; RFC 3339",
)
SELF = Rule(
    "atom-self",
    "warning",
    'link the document itself once with rel="self": readers keep that address',
    "RFC 4287, section 4.1.1",
)
ALTERNATE = Rule(
    "atom-alternate",
    "error",
    "keep one rel=alternate for each type and hreflang",
    "RFC 4287, sections 4.1.1 and 4.1.2",
)
ENTRY_LINK = Rule(
    "atom-entry-link",
    "error",
    "give it a rel=alternate link, or content",
    "RFC 4287, section 4.1.2",
)
LINK = Rule("atom-link", "error", "write it as the RFC says", "RFC 4287, section 4.2.7")
SUMMARY = Rule(
    "atom-summary",
    "error",
    "add a summary: the content is not text in the document",
    "RFC 4287, section 4.1.2",
)
CONTENT_TYPE = Rule(
    "atom-content-type",
    "error",
    'write type="html" for escaped HTML, "text" for plain text',
    "RFC 4287, section 4.1.3.1",
)
TEXT_TYPE = Rule(
    "atom-text-type", "error", "the type is text, html or xhtml", "RFC 4287, section 3.1.1"
)
MARKUP = Rule(
    "atom-markup",
    "error",
    'escape the markup, or write type="xhtml" with one div around it',
    "RFC 4287, sections 3.1.1 and 4.1.3.3",
)
CATEGORY = Rule("atom-category", "error", "give it a term", "RFC 4287, section 4.2.2.1")
LANGUAGE = Rule("atom-language", "error", "write a tag like de or de-AT", "RFC 5646, section 2.1")
GRAMMAR = Rule("atom-grammar", "error", "write it as the grammar says", "RFC 4287, appendix B")

_A = f"{{{ATOM}}}"
_TEXTS = ("title", "subtitle", "summary", "rights")
_SINGLE = {
    "feed": ("generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated"),
    "entry": ("content", "id", "published", "rights", "source", "summary", "title", "updated"),
}


def check_atom(root: _Element) -> Iterator[Finding]:
    """Everything that is wrong with an Atom Feed Document or Entry Document."""
    namespace, name = name_of(root)
    if namespace != ATOM or name not in _SINGLE:
        old = "Atom 0.3, which no specification describes" if namespace == ATOM_03 else namespace
        yield ROOT.broken(f"the root is <{quoted(name)}> of {quoted(old) or 'no namespace'}")
        return
    feed = root if name == "feed" else None
    faulty: set[_Element] = set()
    if feed is not None:
        yield from _noted(feed, _check_feed(feed), faulty)
    entries = [root] if feed is None else list(root.iterfind(f"{_A}entry"))
    for entry in entries:
        yield from _noted(entry, _check_entry(entry, feed), faulty)
    yield from _repeated(entries)
    for part, what in grammar_faults(root, faulty):
        yield GRAMMAR.broken(what, _id(part) if part is not root else "", line_of(part))


def _noted(part: _Element, found: Iterator[Finding], faulty: set[_Element]) -> Iterator[Finding]:
    """The findings; a part with an error is noted, so that the grammar does not say it again."""
    for finding in found:
        if finding.severity == "error":
            faulty.add(part)
        yield finding


def _check_feed(feed: _Element) -> Iterator[Finding]:
    yield from _check_parts(feed, "")
    own = [link for link in feed.iterfind(f"{_A}link") if link.get("rel") == "self"]
    if len(own) != 1:
        yield SELF.broken(f"the feed has {len(own) or 'no'} links to itself", "", line_of(feed))


def _check_entry(entry: _Element, feed: _Element | None) -> Iterator[Finding]:
    id = _id(entry)
    yield from _check_parts(entry, id)
    source = entry.find(f"{_A}source")
    if not any(
        parent is not None and parent.find(f"{_A}author") is not None
        for parent in (entry, source, feed)
    ):
        yield AUTHOR.broken("the entry has no author, nor has its feed", id, line_of(entry))
    content = entry.find(f"{_A}content")
    alternates = [
        link
        for link in entry.iterfind(f"{_A}link")
        if link.get("rel", "alternate") == "alternate" and link.get("href")
    ]
    if content is None and not alternates:
        yield ENTRY_LINK.broken("the entry has neither content nor a link", id, line_of(entry))
    if content is not None:
        yield from _check_content(entry, content, id)


def _check_parts(parent: _Element, id: str) -> Iterator[Finding]:
    """What feeds and entries have in common."""
    kind = name_of(parent)[1]
    counts = Counter(name for space, name in map(name_of, parent) if space == ATOM)
    for name in ("id", "title", "updated"):
        if not counts[name]:
            yield REQUIRED.broken(f"the {kind} has no {name}", id, line_of(parent))
    for name in _SINGLE[kind]:
        if counts[name] > 1:
            yield ONCE.broken(f"the {kind} has {name} {counts[name]} times", id, line_of(parent))
    yield from _check_id(parent, kind, id)
    yield from _check_links(parent, id)
    for child in parent.iterchildren(etree.Element):
        space, name = name_of(child)
        if space == ATOM:
            yield from _check_child(child, name, id)
    if (tag := parent.get(XML_LANG)) and not is_language(tag):
        yield LANGUAGE.broken(f"xml:lang {quoted(tag)!r} is no language tag", id, line_of(parent))


def _check_child(child: _Element, name: str, id: str) -> Iterator[Finding]:
    if name in _TEXTS:
        yield from _check_text(child, name, id)
    elif name in ("updated", "published"):
        if rfc3339(text := text_of(child)) is None:
            yield DATE.broken(f"{name} {quoted(text)!r} is no date", id, line_of(child))
    elif name in ("author", "contributor"):
        yield from _check_person(child, name, id)
    elif name == "category" and not child.get("term"):
        yield CATEGORY.broken("a category has no term", id, line_of(child))


def _check_id(parent: _Element, kind: str, id: str) -> Iterator[Finding]:
    for node in parent.iterfind(f"{_A}id"):
        text = "".join(map(str, node.itertext()))
        if not is_absolute(text.strip()):
            what = f"the id of the {kind} is {quoted(text)!r}, no absolute IRI"
            yield ID.broken(what, id, line_of(node))
        elif text != text.strip():
            yield ID.broken(
                f"white space stands around the id of the {kind}: ids are compared "
                "character by character",
                id,
                line_of(node),
            )


def _check_links(parent: _Element, id: str) -> Iterator[Finding]:
    alternates: Counter[tuple[str | None, str | None]] = Counter()
    for link in parent.iterfind(f"{_A}link"):
        if not link.get("href"):
            yield LINK.broken("a link has no href", id, line_of(link))
        if (kind := link.get("type")) is not None and not is_media_type(kind):
            what = f"the type {quoted(kind)!r} of a link is no media type"
            yield LINK.broken(what, id, line_of(link))
        if (tag := link.get("hreflang")) and not is_language(tag):
            yield LANGUAGE.broken(f"hreflang {quoted(tag)!r} is no language tag", id, line_of(link))
        if link.get("rel", "alternate") == "alternate":
            alternates[kind, tag] += 1
    for (kind, tag), number in alternates.items():
        if number > 1:
            what = f"{number} alternate links of type {quoted(kind or 'unknown')}"
            yield ALTERNATE.broken(
                what + (f" in {quoted(tag)}" if tag else ""), id, line_of(parent)
            )


def _check_person(person: _Element, kind: str, id: str) -> Iterator[Finding]:
    counts = Counter(name for space, name in map(name_of, person) if space == ATOM)
    if not text_of(person.find(f"{_A}name")):
        yield PERSON.broken(f"the {kind} has no name", id, line_of(person))
    for name in ("name", "uri", "email"):
        if counts[name] > 1:
            yield PERSON.broken(f"the {kind} has {name} {counts[name]} times", id, line_of(person))
    email = person.find(f"{_A}email")
    if email is not None and not is_email(text_of(email)):
        what = f"the email {quoted(text_of(email))!r} of the {kind} is no address"
        yield PERSON.broken(what, id, line_of(person))


def _check_text(node: _Element, name: str, id: str) -> Iterator[Finding]:
    kind = node.get("type", "text")
    if kind not in ("text", "html", "xhtml"):
        yield TEXT_TYPE.broken(f"the {name} has type {quoted(kind)!r}", id, line_of(node))
    else:
        yield from _check_markup(node, name, kind, id)
    if name == "title" and not text_of(node):
        parent = node.getparent()
        of = name_of(parent)[1] if parent is not None else "feed"
        yield REQUIRED.broken(f"the title of the {of} is empty", id, line_of(node))


def _check_markup(node: _Element, name: str, kind: str, id: str) -> Iterator[Finding]:
    children = list(node.iterchildren(etree.Element))
    if kind == "xhtml":
        if len(children) != 1 or children[0].tag != f"{{{XHTML}}}div" or _loose(node):
            what = f"the {name} of type xhtml is not one XHTML div"
            yield MARKUP.broken(what, id, line_of(node))
    elif children:
        what = f"the {name} of type {kind} holds elements: {quoted(name_of(children[0])[1])}"
        yield MARKUP.broken(what, id, line_of(node))


def _loose(node: _Element) -> bool:
    """Whether text stands beside the children."""
    return any((text or "").strip() for text in (node.text, *(child.tail for child in node)))


def _check_content(entry: _Element, content: _Element, id: str) -> Iterator[Finding]:
    kind = content.get("type", "text")
    line = line_of(content)
    remote = content.get("src") is not None
    if kind not in ("text", "html", "xhtml"):
        major = kind.partition("/")[0].lower()
        if not is_media_type(kind) or major in ("multipart", "message"):
            yield CONTENT_TYPE.broken(f"the content has type {quoted(kind)!r}", id, line)
        elif not remote and not _is_text(kind) and entry.find(f"{_A}summary") is None:
            yield SUMMARY.broken(f"content of type {quoted(kind)} has no summary", id, line)
    elif remote and content.get("type") is not None:
        yield CONTENT_TYPE.broken(f"content with src has type {kind!r}, no media type", id, line)
    elif not remote:
        yield from _check_markup(content, "content", kind, id)
    if remote:
        if text_of(content) or len(content):
            yield CONTENT_TYPE.broken("content with src is not empty", id, line)
        if entry.find(f"{_A}summary") is None:
            yield SUMMARY.broken("content with src has no summary", id, line)


def _is_text(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind.endswith(("+xml", "/xml"))


def _repeated(entries: list[_Element]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for entry in entries:
        id = _id(entry)
        seen[id] += 1
        if id and seen[id] == 2:
            yield ID_REPEATED.broken("several entries have this id", id, line_of(entry))


def _id(entry: _Element) -> str:
    return text_of(entry.find(f"{_A}id"))
