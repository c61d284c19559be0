"""Vocabulary: the words that German newspaper pages are furnished with.

In: nothing. Out: word lists and patterns, read by `lines` and its neighbours. Only words that
serve many papers stand here; a rule that would help one publisher alone does not belong.

Patterns hold one phrase a line and are held against lines in lower case, with single spaces.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(lines: str) -> re.Pattern[str]:
    """One pattern from many, one a line. Every repetition in them is bounded: linear time."""
    return re.compile("|".join(f"(?:{line.strip()})" for line in lines.strip().splitlines()))


INTERFACE = _words(
    """
    zum zur zu den dem nach auf per via an als und oder mit am im in von bei um für sie du jetzt
    hier hauptinhalt inhalt startseite home seite start springen seitenanfang seitennavigation oben
    menü menu navigation schließen schliessen öffnen übersicht ressorts ressort rubrik rubriken
    hauptmenü teilen teile weitersagen merken merkliste drucken druckansicht mailen senden kopieren
    kopiert zitieren feedback anhören vorlesen hören speichern abbrechen suchen suche verschicken
    versenden empfehlen empfehlung posten twittern flippen tweet tweeten share web zusammenfassung
    login logout anmelden abmelden registrieren einloggen ausloggen abo abos abonnieren abonnement
    newsletter epaper paper app apps podcast podcasts profil konto mein meine plus premium
    facebook twitter x whatsapp telegram xing linkedin flipboard pinterest pocket messenger threads
    bluesky mastodon instagram youtube tiktok reddit snapchat email e mail mails sms link links url
    kurzlink permalink google news feed rss
    kommentar kommentare kommentieren kommentaren diskutieren diskussion leserkommentare antworten
    anzeige anzeigen werbung werbeanzeige advertisement sponsored überspringen weiterlesen mehr
    weniger alle alles zurück weiter vor nächster nächste nächstes vorherige vorheriger vorheriges
    artikel artikels beitrag beitrags diesen dieser dieses bild bilder bildbeitrag foto fotos
    fotostrecke bilderstrecke galerie bildergalerie bildbeschreibung bildunterschrift einblenden
    ausblenden aufklappen zuklappen vergrößern vollbild video videos audio audios image caption
    starten stoppen abspielen pause play escape laden lädt player placeholder
    impressum datenschutz datenschutzerklärung agb kontakt mediadaten karriere jobs faq hilfe presse
    ticker archiv service services cookie cookies einstellungen einwilligung widerrufen verwalten
    nutzungsbedingungen barrierefreiheit gutscheine stellenmarkt shop spiele wetter horoskop
    veranstaltungen tv programm live liveblog lesezeit min minuten minute uhr std sek
    aktueller aktuelle funktion schrift schriftgröße auto xs s m l xl darstellung folgen gefolgt
    entfolgen thema themen ansehen anschauen zeigen zeigt weitere informationen mitteilen
    themenseite ganze ganzen lesen leser vorteil zuletzt
    """
)
"""A line made of these words alone is furniture."""

MENU = _phrases(
    r"""
    (?:sie (?:sind|befinden sich) hier|gehe zu|zum inhalt|skip to|direkt zu[mr]?|suche nach)\b
    (?:klicken,? um|(?:den )?link (?:zum|wurde|kopiert)|die (?:artikel-)?url wurde)\b
    (?:permalink|kurzlink|herausgegeben von|abspielen\. laufzeit|video starten|audio starten)\b
    (?:\d+ min(?:\.|uten)? lesezeit|lesezeit|lesedauer|dauer|artikel ist (?:frei|kostenpflichtig))\b
    .{0,30}\b(?:auf|zu|ein|aus)klappen$
    """
)
"""How lines of navigation and tools begin."""

RELATED = _phrases(
    r"""
    mehr (?:zu|zum|zur|über|aus|von|vom|bei)\b[^.!?]{0,90}\W*
    (?:lesen|lies|hören|sehen|schauen) sie (?:auch|dazu|hierzu|mehr|weiter)\b.{0,60}
    zum (?:selben|gleichen|thema)\b.{0,30}
    (?:passend (?:dazu|zum)|siehe auch|dazu auf|aktuelles:|weiterführende)\b.{0,40}
    hinweis auf einen.{0,60}
    (?:schon gelesen|hintergrund zum thema|zum weiterlesen|links zum (?:thema|artikel))\W*
    """
)
"""Headers of further reading that may stand in the middle of a text: whole lines."""

_PIECES = (
    "(?:artikel|themen|beiträge|nachrichten|meldungen|news|videos|schlagzeilen|texte|links|stories"
    "|autoren)"
)
FURTHER = _phrases(
    rf"""
    auch (?:interessant|lesenswert).{{0,20}}
    (?:das|diese?) (?:könnten?|dürften?) .{{0,20}}interessieren.{{0,10}}
    (?:weitere|ähnliche|verwandte|aktuelle|neueste|die neuesten) {_PIECES}\b.{{0,40}}
    (?:neue|beliebte|mehr|letzte|andere) {_PIECES}\b.{{0,40}}
    (?:nächster|vorheriger|voriger) (?:artikel|beitrag).{{0,120}}
    (?:unsere|weitere|redaktionelle)? ?empfehlungen.{{0,30}}
    (?:unsere auswahl|empfohlen|empfohlene artikel|aus dem ressort|themen,? die sie.{{0,40}})\W*
    top-?(?:meldungen|themen|artikel|news)\W*
    (?:meist|häufig|viel)[ -]?(?:gelesen|gesehen|geklickt|kommentiert|diskutiert)e?n?\b.{{0,30}}
    die (?:wichtigsten|meistgelesenen) (?:nachrichten|meldungen|artikel)\b.{{0,40}}
    """
)
"""Headers of further reading that end a text: whole lines."""

TEASER = _phrases(
    r"""
    .{8,191}\| ?(?:mehr|audio|video|bilder|galerie|interview|podcast)
    (?:zu[mr]?|das) (?:artikel|video|interview|liveblog|podcast|ticker|reportage)\b ?: .{4,160}
    """
)
"""Links to other articles: whole lines."""

MORE = frozenset({"mehr", "weiterlesen", "mehr lesen", "jetzt lesen", "zum artikel"})
"""What stands below another article's summary."""

CONTENTS = _phrases(
    r"(?:auf dieser seite|inhalt|inhaltsverzeichnis|inhaltsübersicht|sprungmarken)\W*"
)
"""Headers of a table of contents: whole lines."""

TAGS = _phrases(
    r"""
    (?:schlagw(?:ort|orte|örter)|stichw(?:ort|orte|örter)|tags|keywords)(?: zu .{0,30})?\W*
    themen(?: (?:des|im|zum|in diesem) (?:artikels?|beitrags?))?\W*
    """
)
"""Headers of a list of topics: whole lines."""

_OF_READERS = (
    "(?:leser)?(?:kommentare?n?|ergänzung(?:en)?|meinung(?:en)?|briefe?|diskussion|forum|postings?)"
)
COMMENTS = _phrases(
    rf"""
    (?:\d+ |kein |keine |alle |ihre? |deine? ){_OF_READERS}(?: ?[:(]? ?\d+\)?(?: \w+)?)?\W*
    (?:die )?{_OF_READERS} ?[:(]? ?\d+\)?(?: \w+)?\W*
    (?:die )?(?:leser)?(?:kommentare|ergänzungen|meinungen|diskussion|forum|postings)\W*
    leser(?:briefe?|meinung|kommentar)\W*
    (?:\d+ |ihren? |jetzt )?{_OF_READERS} (?:abgeben|hinzufügen|verfassen|schreiben|anzeigen)\W*
    (?:\d+ )?{_OF_READERS} (?:schließen|öffnen|deaktiviert)\W*
    (?:schreiben sie|schreibe) (?:den ersten|einen) kommentar\W*
    (?:ihre|deine) meinung (?:zählt|ist (?:uns )?(?:wichtig|gefragt)).{{0,20}}
    (?:diskutieren sie|teilen sie (?:uns )?ihre meinung|jetzt mitdiskutieren).{{0,60}}
    (?:neueste|älteste) zuerst.{{0,60}}
    (?:um|du musst|sie müssen).{{0,40}}(?:kommentieren|kommentare?)\b.{{0,80}}
    \S.{{0,60}} (?:sagt|schreibt|schrieb|meint):
    """
)
"""Where readers begin to speak: whole lines."""

END = _phrases(
    r"""
    zur (?:\S{1,20}-)?startseite\W*
    \(?(?:quellen?|weitere quellen|redaktion|faktencheck)\b ?[:•/].{0,200}
    (?:rechte am artikel|artikelrechte|alle rechte vorbehalten)\b.{0,120}
    hier können sie die rechte\b.{0,120}
    über (?:den|die|das|unsere?) (?:autor|redakteur|verfasser).{0,60}
    (?:zitiervorschlag|fehler gefunden|zurück zum artikel)\b.{0,60}
    artikel[ -](?:tools|optionen|werkzeuge)\b.{0,60}
    (?:stellenmarkt|verlagsangebot|vergleichsportal|gutscheine|newsletter)\W*
    (?:gratis|kostenlose) online-?spiele\W*
    hat (?:ihnen|dir) (?:der|dieser|das|dieses)\b.{0,60}gefallen\W*
    war (?:dieser|der) artikel\b.{0,60}hilfreich\W*
    (?:teile|teilen sie|jetzt teilen)\b.{0,60}(?:beitrag|artikel|seite|auf:?).{0,10}
    (?:dieses thema im programm|über dieses thema bericht).{0,160}
    dieser (?:artikel|beitrag|text) (?:stammt|erschien|ist erschienen|wurde)\b.{0,160}
    """
)
"""Lines that come after an article's last paragraph: whole lines."""

NOTICE = _phrases(
    r"""
    \(?mit (?:informationen|material) (?:von|der|des|aus)\b.{0,200}
    """
)
"""What a text is made from: whole lines."""

LABELS = _phrases(r"(?:bild|bilder|foto|image|legende|bildlegende|bildunterschrift|video)\W*")
"""Words that stand alone above a caption: whole lines."""

MARK = _phrases(
    r"""
    (?P<update>update|aktualisiert|aktualisierung|eilmeldung)\b(?P<text>.{0,600})
    (?:korrektur|korrekturhinweis|berichtigung|richtigstellung)\b(?P<correction>.{0,600})
    (?:gegendarstellung|transparenzhinweis)\b(?P<statement>.{0,600})
    (?:anmerkung|hinweis) der redaktion\b(?P<note>.{0,600})
    in (?:einer|der) (?:früheren?|ersten|ursprünglichen|vorherigen?) (?:fassung|version)\b.{0,600}
    """
)
"""Update and correction marks: whole lines."""

PICTURE_DESKS = re.compile(
    r"\b(?:dpa|afp|reuters|imago|getty|picture[ -]?alliance|keystone|epa|apa|unsplash|pexels"
    r"|pixabay|i?stock(?:photo)?|shutterstock|adobe ?stock|wikimedia|bloomberg|zvg|zuma|ddp|epd"
    r"|action press|kna|ap|sipa|nurphoto|screenshots?|privat|archivfoto|symbolfoto|public domain"
    r"|cc[ -]by|nasa|mediapunch|eibner|sven simon|witters|anadolu)\b"
)
"""Whom photographs are credited to."""
