"""Hints: what the names of elements say of the text in them.

In: the tag, class, id, role and other attributes of an element. Out: a set of hints as bits. Called
by `pieces`. The names are those that the content systems of many papers share, English and German.
"""

from __future__ import annotations

import re
from enum import IntFlag
from functools import lru_cache

from lxml.html import HtmlElement


class Hint(IntFlag):
    """What an element, or one around it, is called."""

    NONE = 0
    NAVIGATION = 1
    COMMENTS = 2
    RELATED = 4
    PROMOTION = 8
    CAPTION = 16
    BYLINE = 32
    TOOLS = 64
    BODY = 128
    HEAD = 256
    ASIDE = 512
    HIDDEN = 1024
    TAGS = 2048
    PARAGRAPH = 4096
    FOOTER = 8192
    ARTICLE = 16384
    EMBED = 32768
    BOX = 65536
    DATE = 131072


_TAG_HINTS = {
    "nav": Hint.NAVIGATION,
    "aside": Hint.ASIDE,
    "footer": Hint.FOOTER,
    "figure": Hint.CAPTION,
    "figcaption": Hint.CAPTION,
    "address": Hint.BYLINE,
    "article": Hint.ARTICLE,
    "header": Hint.HEAD,
    "time": Hint.DATE,
}
_ROLE_HINTS = {
    "navigation": Hint.NAVIGATION,
    "complementary": Hint.ASIDE,
    "contentinfo": Hint.FOOTER,
    "banner": Hint.NAVIGATION,
    "dialog": Hint.PROMOTION,
    "alertdialog": Hint.PROMOTION,
    "search": Hint.NAVIGATION,
    "menu": Hint.NAVIGATION,
}
_WORDS = (
    (Hint.COMMENTS, r"comment|kommentar|disqus|discussion|diskussion|forum|community|leserbrief"),
    (
        Hint.RELATED,
        r"related|recommend|empfehlung|teaser|outbrain|taboola|plista|more-?on|mehr-?zum|readmore"
        r"|read-?more|similar|most-?read|meistgelesen|linkbox|link-?list|further|weiterlesen"
        r"|suggest|also-?read|upnext|up-next|(?<![a-z])cards?(?![a-z])|trending|popular|latest",
    ),
    (
        Hint.PROMOTION,
        r"newsletter|promo|paywall|piano|subscri|abo(?:nn|box|layer|-)|(?<![a-z])ads?(?![a-z])"
        r"|advert|anzeige|werbung|sponsor|donat|spende|cookie|consent|banner|signup|register"
        r"|purchase|whatsapp|(?<![a-z])offer|affiliate|marketing|cta(?![a-z])|shop",
    ),
    (
        Hint.CAPTION,
        r"caption|bildunterschrift|copyright|credit|image|picture|photo|gallery|galerie|media"
        r"|slideshow|(?<![a-z])foto|(?<![a-z])bild|video|legend|carousel|slider",
    ),
    (Hint.BYLINE, r"author|autor(?!i[st])|byline|verfasser|redakteur|bio(?![a-z])|contributor"),
    (Hint.TOOLS, r"share|social|toolbar|(?<![a-z])tools?|bookmark|merken|print|audio|player|toc"),
    (
        Hint.BODY,
        r"article-?_*(?:body|text|content|main|copy)|story-?_*(?:body|text|content)|(?:body|main)-?"
        r"(?:text|copy|content)|entry-content|post-content|richtext|rich-text|textblock|fliesstext"
        r"|fließtext|content-?body|articlebody|storycontent|text-?body|cms-?(?:text|content)",
    ),
    (Hint.HEAD, r"headline|kicker|teaser-title|vorspann|standfirst|(?<![a-z])lead(?![a-z])|intro"),
    (Hint.ASIDE, r"sidebar|aside|marginal|rail(?![a-z])|right-?col"),
    (
        Hint.BOX,
        r"infobox|info-?box|factbox|(?<![a-z])box|kasten|accordion|expandable|inset|collaps"
        r"|disclaimer|hinweis|(?<![a-z])note|notice|footnote|zitat|pullquote|pull-quote",
    ),
    (Hint.HIDDEN, r"visually-?hidden|sr-only|screen-?reader|hidden(?!-)|u-hide|invisible|d-none"),
    (Hint.TAGS, r"(?<![a-z])tags?(?![a-z])|keyword|topic|themen|schlagw|breadcrumb"),
    (Hint.PARAGRAPH, r"paragraph|absatz|(?<![a-z])par(?![a-z])|(?<![a-z])text(?![a-z])"),
    (Hint.FOOTER, r"footer|imprint|impressum|colophon"),
    (Hint.NAVIGATION, r"(?<![a-z])nav|menu|breadcrumb|header-?(?:bar|main|top)|navigation|skip"),
    (Hint.EMBED, r"embed|iframe|twitter|instagram|facebook|tiktok|youtube|widget|poll|quiz|ticker"),
    (Hint.DATE, r"(?<![a-z])date|datum|timestamp|published|publish-?time|meta(?![a-z])|dateline"),
)
# plain numbers: an IntFlag takes ten times as long to combine
_TAGS = {tag: int(hint) for tag, hint in _TAG_HINTS.items()}
_ROLES = {role: int(hint) for role, hint in _ROLE_HINTS.items()}
_PATTERNS = tuple((int(hint), re.compile(pattern)) for hint, pattern in _WORDS)
_HIDDEN = int(Hint.HIDDEN)
_NAMING = ("class", "id", "data-testid", "itemprop")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MAX_NAME = 400
_MAX_NAMES = 5_000
_MAX_WORDS = 50_000
"""Names that are read on one page, and words of names."""


class Namer:
    """Hints by name; how many names are read on one page is limited."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._words = 0

    def hints(self, node: HtmlElement) -> int:
        """What an element itself is called, as bits of `Hint`."""
        found = _TAGS.get(node.tag, 0)
        get = dict(node.items()).get
        name = " ".join(filter(None, map(get, _NAMING)))
        if name:
            known = self._known.get(name)
            if known is None:
                self._known[name] = known = self._read(name)
            found |= known
        if (role := get("role")) is not None:
            found |= _ROLES.get(role, 0)
        if get("hidden") is not None or "display:none" in (get("style") or "").replace(" ", ""):
            found |= _HIDDEN
        return found

    def _read(self, name: str) -> int:
        if len(self._known) >= _MAX_NAMES or self._words >= _MAX_WORDS:
            return 0
        found = 0
        for word in name[:_MAX_NAME].split():
            found |= _called(word)
            self._words += 1
        return found


@lru_cache(maxsize=20_000)
def _called(word: str) -> int:
    """No pattern goes beyond a word; papers call most of their elements by the same few words."""
    lower = _CAMEL.sub("-", word).lower()
    found = 0
    for hint, pattern in _PATTERNS:
        if pattern.search(lower):
            found |= hint
    return found
