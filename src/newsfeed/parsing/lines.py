"""Lines: what each line of a captured page is, judged by itself.

In: clean text. Out: `Line`s with the kind that their words alone suggest. Called by `capture`;
the rooms beside it then correct a kind by its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from newsfeed.parsing import vocabulary
from newsfeed.parsing.bylines import is_byline, names_only
from newsfeed.parsing.dates import is_date_line
from newsfeed.parsing.promotions import SIGNS, Signs, is_promotion, signs_in


class Kind(Enum):
    """What a line is."""

    __hash__ = object.__hash__  # Enum's is Python code, and kinds are looked up in sets all day

    NAVIGATION = auto()  # menus, buttons, tools
    PROMOTION = auto()
    RELATED = auto()  # a header of further reading, maybe in the middle
    FURTHER = auto()  # a header of further reading, at the end
    TEASER = auto()  # another article's headline or summary
    TAGS = auto()  # a header of topics
    COMMENTS = auto()  # where readers begin to speak
    END = auto()  # what follows the last paragraph
    BYLINE = auto()
    DATE = auto()
    ENTRY = auto()  # the clock time above a live blog's entry
    CREDIT = auto()
    CAPTION = auto()
    LABEL = auto()  # "Bild", "Legende:"
    MARK = auto()  # update and correction marks
    ITEM = auto()  # of a list
    PROSE = auto()  # whole sentences
    QUOTE = auto()  # set apart, signed on the line below
    SHORT = auto()  # headlines, kickers, subheadings, names: only the neighbours tell
    NOTICE = auto()  # about the author, rights


@dataclass(slots=True)
class Line:
    """One line. `block` counts the groups of lines between blank ones; `kind` may be corrected."""

    text: str
    block: int
    kind: Kind


MAX_SHORT = 200
"""Furniture is never longer; only shorter lines are held against its vocabulary."""

REMEMBERED = 8192
"""So many short lines are judged once: the pages of a newspaper share their furniture."""

MAX_MARK = 600
MIN_WORDING = 3
MAX_QUESTION = 140
_ITEM = re.compile(r"[-–—•·*▪►‣●■◦]\s+\S")
_WORD = re.compile(r"[^\W\d_]+")
_GLUED_WORD = re.compile(r"[A-ZÄÖÜ]?[a-zäöüß]+|[^\W\d_a-zäöüß]+|[^\W\d_]")
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_HOME = re.compile(r"(?:home|startseite|start|news|nachrichten)\b|home(?=[A-Z])", re.IGNORECASE)
_HOME_LETTERS = "hHsSnN"
_GLUED_HOME = re.compile(r"(?:Home|Startseite)(?=[A-ZÄÖÜ])")
_STEP = re.compile(r"\s[/|›»>]\s|\s{2,}")
_SENTENCE_END = re.compile(r"[.!?…:;][\"“”»«'’‘)\]]*(?:\s?\([^()]{1,60}\))?$")
_NEXT_SENTENCE = re.compile(r"[a-zäöüß]{2}[.!?] [A-ZÄÖÜ„\"»]")
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright)\W*.*(?:gmbh|verlag|redaktion|rechte|rights|infocom|\b(?:19|20)\d\d\b)"
    r"|alle rechte vorbehalten",
)
_CREDIT_SIGN = re.compile(
    r"\(?(?:©|\(c\)|copyright:? |quellen?: |rechte: "
    r"|(?:bild|foto|grafik|illustration|video|karte|screenshot"
    r"|montage|symbol(?:bild|foto)|archiv(?:bild|foto))(?:s|er|quelle|rechte|nachweis|credit)?"
    r"(?: ?/ ?\w+)?:\s)"
)
_CLIP = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4} \| \d{1,2}:\d\d min")
_MEDIA = re.compile(
    r"\d{1,2}:\d\d min\b|verfügbar bis|^\d{1,2}:\d\d(?::\d\d)?(?: / \d{1,2}:\d\d)?$"
)


def read_lines(text: str) -> list[Line]:
    """The lines of a page that say something, in order. A lone ":" or "-" glues its neighbours."""
    lines: list[Line] = []
    block, fresh, glue = 0, True, ""
    signs = signs_in(text)
    for raw in text.split("\n"):
        words = " ".join(raw.split())
        if not words:
            block, fresh, glue = block + (not fresh), True, ""
            continue
        if crumbs := _crumbs(raw.strip()):
            lines += [Line(crumb, block, kind_of(crumb, signs)) for crumb in crumbs]
            fresh, glue = False, ""
            continue
        if words in (":", "-", "–") and not fresh:
            glue = words
            continue
        if glue and _may_glue(lines[-1].text, words):
            joined = f"{lines[-1].text} : {words}"
            lines[-1] = Line(joined, block, kind_of(joined, signs))
        else:
            lines.append(Line(words, block, kind_of(words, signs)))
        fresh, glue = False, ""
    return lines


def _may_glue(above: str, below: str) -> bool:
    return len(above) <= MAX_SHORT and len(below) <= MAX_SHORT and " : " not in above


def _crumbs(text: str) -> list[str]:
    """The steps of a breadcrumb trail ("Start / Ausland / …", "HomeSport…") or the buttons of a
    bar; [] for other lines."""
    if len(text) > 400:
        return []
    if text[0] not in _HOME_LETTERS or not _HOME.match(text):
        steps = re.split(r"\s{2,}", text) if "  " in text else []
        return steps if len(steps) >= 3 and max(map(len, steps)) <= 30 else []
    steps = [" ".join(step.split()) for step in _STEP.split(text)]
    if len(steps) < 2 and _GLUED_HOME.match(text):
        steps = _CAMEL.split(text)
    return [step for step in steps if step] if len(steps) > 1 else []


def ends_block(lines: list[Line], place: int) -> bool:
    """Whether a blank line follows this one."""
    return place + 1 == len(lines) or lines[place + 1].block != lines[place].block


def begins_block(lines: list[Line], place: int) -> bool:
    """Whether a blank line comes before this one."""
    return place == 0 or lines[place - 1].block != lines[place].block


def stands_alone(lines: list[Line], place: int) -> bool:
    """Whether a line stands between blank ones."""
    return begins_block(lines, place) and ends_block(lines, place)


def kind_of(text: str, signs: Signs = SIGNS) -> Kind:
    """What a line is by its own words; `signs` of promotion are those of its page."""
    if len(text) < MIN_WORDING:
        return Kind.NAVIGATION
    if len(text) <= MAX_SHORT:
        if (kind := _furniture(text)) is not None:
            return kind
    elif is_mark(text):
        return Kind.MARK
    if is_promotion(text, signs):
        return Kind.PROMOTION
    if _ITEM.match(text):
        return Kind.ITEM
    return Kind.PROSE if is_prose(text) else Kind.SHORT


def is_prose(text: str) -> bool:
    """Whether a line is made of whole sentences."""
    words = text.count(" ") + 1
    if len(text) >= 220:
        return words >= 22
    if words < 8 or len(text) < 55 or (len(text) < MAX_QUESTION and _is_question(text)):
        return False
    if _SENTENCE_END.search(text[-80:]):
        return True
    return words >= 15 and _NEXT_SENTENCE.search(text) is not None


def _is_question(text: str) -> bool:
    """Whether a line is one question: a headline or an interviewer's, both set like titles."""
    return text.endswith(("?", "?“", '?"', "?»", "?«")) and not _NEXT_SENTENCE.search(text)


def is_interface(text: str) -> bool:
    """Whether a line is made of the interface's words alone."""
    if len(text) > 100:
        return False
    # "KommentareDrucken" is two words; most lines are settled by their first
    words = _GLUED_WORD.finditer(text)
    return all(word.group().lower() in vocabulary.INTERFACE for word in words)


@lru_cache(maxsize=REMEMBERED)
def _furniture(text: str) -> Kind | None:
    """What a short line is that stands on many pages; None for all others."""
    lower = text.lower().lstrip("> »›→▶+")
    if whole := _WHOLE_LINE.fullmatch(lower):
        return Kind[str(whole.lastgroup)]
    for kind, test in _TESTS:
        if test(text, lower):
            return kind
    return None


def is_mark(text: str) -> bool:
    """Whether a line is an update or correction mark, with or without its explanation."""
    match = vocabulary.MARK.fullmatch(text.lower()) if len(text) <= MAX_MARK else None
    if match is None:
        return False
    rest = (match["text"] or match["correction"] or match["note"] or "").strip()
    return len(rest) < 2 or rest[0] in ":,(-–|" or match.lastgroup is None


def _is_signed_credit(text: str, lower: str) -> bool:
    if len(text) > 120 or not _CREDIT_SIGN.match(lower):
        return False
    return not lower.startswith("quelle") or _names_desk(text, lower)


def _names_desk(text: str, lower: str) -> bool:
    """Whether a short line is a photographer and an agency ("Friso Gentsch/dpa")."""
    if len(text) > 70 or text.count(" ") > 6 or text[-1] in ".!?":
        return False
    if not vocabulary.PICTURE_DESKS.search(lower):
        return False
    if "," in text and names_only(text):
        return False
    words = _WORD.findall(text)
    return all(word[0].isupper() or len(word) <= 3 or word in _DESK_WORDS for word in words)


def _is_media(text: str, lower: str) -> bool:
    hinted = len(text) < 100 and (":" in lower or "verfügbar" in lower)
    return hinted and _MEDIA.search(lower) is not None


_POINTERS = (">>", "»»", "→", "➔", "➜", "⇒")
_READ_ON = (" weiterlesen", "…weiterlesen")
_DESK_WORDS = frozenset({"imago", "picture", "alliance", "privat", "images", "stock", "photo"})
_WHOLE_LINES = (
    (Kind.LABEL, vocabulary.LABELS),
    (Kind.COMMENTS, vocabulary.COMMENTS),
    (Kind.TAGS, vocabulary.TAGS),
    (Kind.RELATED, vocabulary.RELATED),
    (Kind.FURTHER, vocabulary.FURTHER),
    (Kind.TEASER, vocabulary.TEASER),
    (Kind.NOTICE, vocabulary.NOTICE),
)
_WHOLE_LINE = re.compile(
    "|".join(f"(?P<{kind.name}>{pattern.pattern})" for kind, pattern in _WHOLE_LINES)
)
_TESTS: tuple[tuple[Kind, Callable[[str, str], bool]], ...] = (
    (Kind.TEASER, lambda text, lower: text.startswith(_POINTERS) or lower.endswith(_READ_ON)),
    (Kind.END, lambda _, lower: _RIGHTS.match(lower) is not None),
    (Kind.CREDIT, lambda _, lower: _CLIP.fullmatch(lower) is not None),
    (Kind.DATE, lambda text, _: is_date_line(text)),
    (Kind.MARK, lambda text, _: is_mark(text)),
    (Kind.CREDIT, _is_signed_credit),
    (Kind.END, lambda _, lower: vocabulary.END.fullmatch(lower) is not None),
    (Kind.BYLINE, lambda text, _: is_byline(text)),
    (Kind.CREDIT, _names_desk),
    (Kind.NAVIGATION, lambda text, _: is_interface(text)),
    (Kind.NAVIGATION, lambda _, lower: vocabulary.MENU.match(lower) is not None),
    (Kind.NAVIGATION, _is_media),
)
