"""Capture: the visible text of a newspaper page becomes a Draft.

In: the bytes of a text file, a page as "save as text" leaves it: navigation, captions and credits,
teasers and comments round the article. Out: a Draft. Registered in `parsing` for ".txt".

The way of a page: `lines` judges each line by itself, `pictures` pairs captions with credits,
`region` finds the run of lines that is the text, `head` reads what stands above it, `body` makes
blocks of it, `margin` reads marks, topics and further reading. A line that none of them used
becomes a leftover: nothing is lost.
"""

from __future__ import annotations

import re
from datetime import date

from newsfeed.article import Block
from newsfeed.parsing import margin
from newsfeed.parsing.body import read_body
from newsfeed.parsing.boxes import mark_boxes
from newsfeed.parsing.classifier import judge
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.head import Head, read_head
from newsfeed.parsing.language import language_of
from newsfeed.parsing.lines import Kind, Line, read_lines
from newsfeed.parsing.live_blog import find_entries
from newsfeed.parsing.pictures import find_pictures
from newsfeed.parsing.region import find_region
from newsfeed.parsing.rules import Rules
from newsfeed.parsing.text import decode
from newsfeed.parsing.verdicts import Trial

MAX_INVENTED_HEADLINE = 100


def read(raw: bytes, context: Context) -> Draft:
    """The draft of a captured page.

    Where no line can be the headline, the text's first sentence serves as one. Raises ParseError
    where the bytes are no text or hold nothing but navigation.
    """
    text = decode(raw)
    rules = context.rules_for()
    lines = _ruled(read_lines(text), rules)
    images = find_pictures(lines)
    mark_boxes(lines)
    judged = judge(lines)
    region = find_region(lines, judged)
    if region is None:
        return _brief(lines, text)
    head = read_head(lines, region)
    entries = find_entries(lines, region, _newest_day(head, context), context.zone)
    body = read_body(lines, region, head, judged, entries)
    used = head.used | body.used
    related = margin.related_boxes(lines, used)
    topics = margin.topics(lines)  # before the leftovers: its lines become furniture
    spare = margin.leftovers(lines, region, used, related)
    whole = " ".join((head.standfirst or "", *(block.text for block in body.blocks)))
    return Draft(
        headline=head.headline or _first_sentence(whole.strip() or lines[region[0]].text),
        kicker=head.kicker,
        standfirst=head.standfirst,
        body=tuple(body.blocks),
        authors=head.authors or tuple(dict.fromkeys(body.authors)),
        agencies=tuple(dict.fromkeys([*head.agencies, *body.agencies])),
        images=tuple(images),
        published=head.published,
        updated=head.updated,
        correction=margin.find_mark(lines, region, head.top),
        topics=topics,
        related=related,
        leftovers=spare,
        language=language_of(whole),
        rights=margin.copyright_line(spare),
        verdicts=Trial(lines, rules, judged, region, head, body).verdicts,
    )


def _newest_day(head: Head, context: Context) -> date | None:
    """The newest day that is known of a page: its live blog's topmost entries are from it."""
    said = [stamp.day for stamp in (head.updated, head.published) if stamp and stamp.day]
    if said or context.captured is None:
        return max(said, default=None)
    return context.captured.astimezone(context.zone).date()


def _ruled(lines: list[Line], rules: Rules) -> list[Line]:
    """The lines with what the source's rules say of them."""
    if not (rules.drop_lines or rules.end_lines):
        return lines
    for place, line in enumerate(lines):
        if rules.ends(line.text):
            for rest in lines[place:]:
                rest.kind = Kind.COMMENTS
            break
        if rules.drops(line.text):
            line.kind = Kind.NAVIGATION
    return lines


def _brief(lines: list[Line], text: str) -> Draft:
    """The draft of a few short lines without any paragraph: the first is the headline."""
    spoken = (Kind.SHORT, Kind.PROSE, Kind.ITEM)
    places = [place for place, line in enumerate(lines) if line.kind in spoken]
    if not places:
        raise ParseError(
            "no article text found, only navigation", "save the page again with its article in view"
        )
    first, *rest = places
    return Draft(
        headline=_first_sentence(lines[first].text),
        body=tuple(Block("paragraph", lines[place].text) for place in rest),
        leftovers=margin.leftovers(lines, (first, len(lines)), set(places), ()),
        language=language_of(text),
    )


def _first_sentence(text: str) -> str:
    """The text's first sentence, cut after a word where it is long."""
    sentence = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0].replace("\n", " ")
    if len(sentence) <= MAX_INVENTED_HEADLINE:
        return sentence
    cut = sentence[:MAX_INVENTED_HEADLINE]
    return (cut.rpartition(" ")[0] or cut).rstrip(",;:–- ") + " …"
