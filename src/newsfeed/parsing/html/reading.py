"""Reading: everything that is found in one page, put together.

In: the tree of a page and its Context. Out: a Draft. Called by `html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from newsfeed.article import Block
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft, Verdict
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.html import live, margin
from newsfeed.parsing.html.body import blocks_of, kind_of
from newsfeed.parsing.html.choice import choose
from newsfeed.parsing.html.extraction import evidence_of, squeezed
from newsfeed.parsing.html.figures import images
from newsfeed.parsing.html.judge import judge
from newsfeed.parsing.html.pictures import pictures
from newsfeed.parsing.html.pieces import Piece, pieces
from newsfeed.parsing.language import language_of
from newsfeed.parsing.pagedata import read_page_data
from newsfeed.parsing.pagedata.stated import stated
from newsfeed.parsing.text import clean_line

_NOT_FOUND = re.compile(
    r"\b(?:404|403|500|502|503)\b|not found|nicht gefunden|fehlerseite|fehlermeldung|server error"
    r"|error page|access denied|zugriff verweigert|forbidden|just a moment|attention required",
    re.IGNORECASE,
)
_SHORT = 400
"""Characters: a page of an error message is shorter."""


class Reading:
    """One page as it is read."""

    def __init__(self, root: HtmlElement, context: Context) -> None:
        self.root = root
        # lxml makes an element's object anew for all who ask while nobody holds it
        self._held = list(root.iter())
        self.context = context
        self.data = read_page_data(root, context.address, context)
        self.url = self.data.url or context.address
        rules = context.rules_for(self.url)
        self.base = _base(root, self.url)
        for node in _selected(root, rules.drop):
            _drop(node)
        self.pieces = pieces(root)
        self.pictures = pictures(root, self.pieces)
        self.evidence = evidence_of(root, self.data, self.pictures)
        self.judgement = judge(self.pieces, self.evidence)
        self.choice = choose(
            self.pieces,
            self.judgement.text,
            self.evidence,
            rules,
            frozenset(_selected(root, rules.keep)),
        )

    def draft(self) -> Draft:
        """The Draft. Raises ParseError where the page holds no article."""
        data = self.data
        chosen = [self.pieces[place] for place in self.choice.text]
        standfirst = squeezed(data.standfirst or "")
        below = [piece for piece in chosen if piece.key != standfirst]
        # a text of one paragraph is a text, not a standfirst without one
        body = self._body(below or chosen)
        self._require(body)
        headline = data.headline or _headline(body, data.standfirst)
        first, last = (self.choice.text[0], self.choice.text[-1]) if chosen else (0, 0)
        region = self.pieces[first : last + 1]
        beyond = self.pieces[first : last + margin.REACH]
        taken = set(self.choice.text)
        further = margin.related(beyond, {place - first for place in taken}, self.base)
        used = {squeezed(headline), standfirst, *(squeezed(block.text) for block in body)}
        used |= {piece.key for piece in chosen} | self.evidence.captions | self.evidence.headlines
        used |= {squeezed(link.title) for box in further for link in box.links}
        used |= {squeezed(box.header or "") for box in further}
        used |= {self.pieces[place].key for picture in self.pictures for place in picture.places}
        text = " ".join(block.text for block in body)
        return Draft(
            headline=headline,
            url=data.url,
            source=data.source,
            section=data.section,
            kicker=data.kicker,
            standfirst=data.standfirst if below or not chosen else None,
            body=body,
            authors=data.authors,
            agencies=data.agencies,
            images=images(self.pictures, self.pieces, last, data.images, self.base),
            published=data.published,
            updated=data.updated,
            correction=margin.mark(self.pieces, last),
            topics=data.topics,
            related=further,
            leftovers=tuple(margin.leftovers(region, used)),
            language=data.language or language_of(text),
            rights=data.rights,
            origins={"body": "page", **data.origins},
            verdicts=self._verdicts,
        )

    def _body(self, text: list[Piece]) -> tuple[Block, ...]:
        """The entries of a live blog, else the text as it stands, else that of the page's data."""
        return (
            live.from_data(self.data.entries, text, self.base, self.context)
            or live.from_page(self.root, self.pieces, text, self.base, self.context)
            or tuple(blocks_of(text, self.base))
            or self._stated_body()
        )

    def _stated_body(self) -> tuple[Block, ...]:
        """The text of the page's own data, for pages that show it by script only."""
        if not self.evidence.stated:
            return ()
        return stated(self.data.article_body, (), self.context.zone, self.base).blocks

    def _require(self, body: tuple[Block, ...]) -> None:
        """Raises ParseError, with what stands in the article's place, where there is none."""
        size = sum(len(block.text) for block in body)
        title = clean_line(self.root.findtext(".//title") or "")
        known = self.data.published is not None
        if size < _SHORT and not known and _NOT_FOUND.search(title):
            raise ParseError("the page is an error message", "save the page again")
        if body:
            return
        if self.root.find(".//input[@type='password']") is not None:
            raise ParseError("the page is a login", "save the page while logged in")
        if self.data.standfirst and known:
            return
        raise ParseError("no article text found in the page", "save the article's own page")

    def _verdicts(self) -> Iterator[Verdict]:
        """How each piece of the page was judged."""
        chosen = set(self.choice.text)
        if self.evidence.unheard:
            yield Verdict("trafilatura", "other", None, self.evidence.unheard)
        for place, piece in enumerate(self.pieces):
            reason = self.choice.ruled_out.get(place) or self.judgement.reason(place)
            label = kind_of(piece) if place in chosen else margin.leftover_kind(piece)
            yield Verdict(piece.text, label, float(self.judgement.text[place]), reason)


def _base(root: HtmlElement, url: str | None) -> str | None:
    base = root.find(".//base[@href]")
    return base.get("href") if base is not None and url is None else url


def _selected(root: HtmlElement, selectors: tuple[str, ...]) -> list[HtmlElement]:
    """The elements that a source's rules name."""
    selected: list[HtmlElement] = []
    for selector in selectors:
        found = CSSSelector(selector, translator="html")(root)
        if isinstance(found, list):
            selected += [node for node in found if isinstance(node, HtmlElement)]
    return selected


def _drop(node: HtmlElement) -> None:
    """Takes an element out of the tree; the text after it stays."""
    if node.getparent() is not None:
        node.drop_tree()


def _headline(body: tuple[Block, ...], standfirst: str | None) -> str:
    text = body[0].text if body else standfirst or ""
    sentence = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return sentence if len(sentence) <= 100 else sentence[:100].rpartition(" ")[0] + " …"
