"""Promotions: lines that only advertise.

In: a line of a page. Out: whether it sells newsletters, apps or subscriptions, begs for donations,
or asks for consent to embedded matter. Called by `lines`.
"""

from __future__ import annotations

import re

MAX_PROMOTION = 700
MAX_PLAIN = 250
"""A longer line must show two signs of a promotion: paragraphs may speak of newsletters too."""

_SIGNS = (
    ("newsletter", r"abonnier|anmeld|kostenlos|bestell|postfach|täglich|jeden |hier|woche"),
    ("hier", r"\bhier (?:geht(?:'|’)?s|geht es zu[mr]?|anmelden|klicken|abonnieren|bestellen)\b"),
    ("hier", r"\bhier (?:gratis|kostenlos)\b"),
    ("hier", r"\b(?:lesen|hören|sehen|finden|bekommen|erhalten) sie .{0,60}\bhier\b"),
    ("herunterladen", r"\b(?:hier|jetzt|gratis|kostenlos)\b.{0,60}herunterladen"),
    ("jetzt", r"\bjetzt (?:hier )?(?:kostenlos|gratis|anmelden|testen|bestellen|registrieren)\b"),
    ("jetzt", r"\bjetzt (?:hier )?(?:entdecken|spenden|mitglied|weiterlesen|sichern|lesen)\b"),
    ("jetzt", r"\bjetzt (?:hier )?(?:vergleichen|abonnieren|downloaden|abschließen)\b"),
    ("unserem", r"\b(?:in|auf) unserem (?:live-?blog|newsblog|newsletter|live-?ticker|whatsapp)"),
    ("unserer app", ""),
    ("-app", r"\b(?:gratis|kostenlos|herunterladen|laden|installier|hintergründe)"),
    ("alle ", r"\balle (?:aktuellen )?(?:entwicklungen|nachrichten) .{0,80}(?:hier|blog|ticker)\b"),
    ("alle ", r"\balle (?:folgen|ausgaben) .{0,80}(?:hier|podcast)\b"),
    ("melde", r"\bmelden? (?:sie|dich) (?:sich )?(?:jetzt |hier |kostenlos ){0,3}an\b"),
    ("stelle", r"an dieser stelle (?:finden sie|findest du|befindet sich)"),
    ("extern", r"externe[nrm]? inhalte?\b"),
    ("redaktioneller inhalt", ""),
    ("klick", r"\b(?:mit )?einem klick\b.{0,30}\b(?:anzeigen|einblenden|aktivieren)"),
    ("inhalte", r"\binhalte? (?:erlauben|zulassen|aktivieren|entsperren)\b"),
    ("hinweise", r"\b(?:melden|wenden) sie sich|\bkontaktieren sie uns"),
    ("einverstanden", r"\b(?:ich bin|sie sind|erklären sie sich) (?:damit )?einverstanden"),
    ("personenbezogene", r"personenbezogene daten (?:können|werden)"),
    ("datenschutz", r"datenschutz(?:erklärung|hinweis|einstellung|bestimmung)"),
    ("affiliate", ""),
    ("provision", r"\bwir (?:eine |ggf\.? |möglicherweise ){0,3}provision|verdienen wir"),
    ("folg", r"\bfolg(?:en sie|e|st du|t) .{0,60}(?:whatsapp|instagram|facebook|twitter|tiktok)"),
    ("folg", r"\bfolg(?:en sie|e|st du|t) .{0,60}(?:google|telegram|youtube|threads|bluesky)"),
    ("whatsapp", r"whatsapp-?(?:kanal|channel)"),
    ("direkt", r"direkt (?:in|auf) (?:ihr|dein)"),
    ("push-", r"push-(?:nachricht|mitteilung|benachrichtigung)"),
    ("sie uns", r"\b(?:senden|schreiben|teilen|schicken|erreichen) sie uns\b"),
    (
        "meinung",
        r"meinung ist uns|(?:teile?n?|sag|schreib) (?:sie )?(?:uns )?(?:deine|eure|ihre) m",
    ),
    ("meinung der", r"(?:muss|müssen) nicht"),
    ("community", r"\b(?:teile|teilt|diskutiere|schreib)\b"),
    ("spende", r"\b(?:ihre|deine|eure) spende|spenden sie|\bspende jetzt"),
    ("unterstütz", r"unterstütz(?:e|en sie|t) (?:uns|unsere|unabhängig)"),
    ("testen", r"(?:gratis|unverbindlich|wochen|monat) testen"),
    ("testen sie", r"testen sie (?:für|jetzt|kostenlos|unser|die|das|den)\b"),
    ("kostenlos", r"kostenlos (?:anmelden|abonnieren|testen|lesen|registrieren|bestellen)"),
    ("registrieren", r"registrieren sie sich"),
    ("weiterlesen", r"weiterlesen (?:mit|und)"),
    ("können sie diesen artikel", ""),
    ("sie bereits", r"sind sie bereits|sie sind bereits (?:kunde|abonnent|angemeldet)"),
    ("mit der anmeldung", ""),
    ("jederzeit", r"jederzeit (?:wider|künd|abbestell|abmeld)"),
    ("nicht veröffentlicht", r"wird nicht veröffentlicht"),
    ("cookies", r"cookies? (?:zustimm|akzept|von|zulassen)"),
    ("redaktionell nicht bearbeitet", ""),
    ("im original veröffentlicht", ""),
    ("auf dem laufenden", r"bleib(?:en sie|e|t)? (?:immer )?auf dem laufenden"),
    ("kommerzielle nutzung", ""),
    ("loggen sie sich", ""),
    ("erforderliche felder", ""),
    ("nutzen wir die software", ""),
    ("der redaktion", r"fehler der redaktion|melden sie den fehler"),
    ("lesekomfort", ""),
    ("zum angebot", r"zum angebot\W*$"),
)
"""A line promotes if it holds the words on the left and the pattern on the right, in lower case.
The words are there for speed: most lines hold none of them."""


Signs = tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]
"""Words, and the patterns that may hold where these stand: each is one sign."""

SIGNS: Signs = tuple(
    (words, tuple(re.compile(pattern) for same, pattern in _SIGNS if same == words))
    for words in dict.fromkeys(words for words, _ in _SIGNS)
)


def signs_in(page: str) -> Signs:
    """The signs of promotion that can be anywhere on a page: most pages need few of them."""
    lower = page.lower()
    return tuple(sign for sign in SIGNS if sign[0] in lower)


def is_promotion(text: str, signs: Signs = SIGNS) -> bool:
    """Whether a line only advertises. One that stands in square brackets always does.

    `signs` are those of its page.
    """
    if len(text) > MAX_PROMOTION:
        return False
    if text.startswith("[") and text.endswith("]"):
        return True
    needed = 1 if len(text) <= MAX_PLAIN else 2
    lower = text.lower()
    for words, patterns in signs:
        if words in lower:
            needed -= sum(pattern.search(lower) is not None for pattern in patterns)
            if needed <= 0:
                return True
    return False
