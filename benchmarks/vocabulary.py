"""A German vocabulary without end, in order of frequency.

In: a rank. Out: the word of that rank, the same one always. Called by `corpus_model`.

The first ranks are function words, the next ones the nouns, verbs and adjectives below. After them
come compounds of two and then of three nouns, which is how German newspapers come by most of their
rare words ("Hafengebührenordnung"). So the long tail has the shape that stemming, splitting and a
term dictionary meet in earnest.
"""

from __future__ import annotations

from functools import lru_cache


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _linked(noun: str) -> tuple[str, str]:
    name, _, link = noun.partition("/")
    return name, link


FUNCTION_WORDS = _list(
    "die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine "
    "auch als an nach wie im für man aber aus durch wenn nur war noch werden bei hat wir was wird "
    "sein einen welche sind oder zur um haben einer mir über ihm diese einem ihr uns da zum kann "
    "doch vor dieser mich ihn du hatte seine mehr am denn nun unter sehr selbst schon hier bis"
)

VERBS = _list(
    "sagte kommt macht gibt geht steht bleibt sieht liegt heißt zeigt fordert plant beginnt endet "
    "kündigt erklärt berichtet warnt hofft wächst sinkt steigt prüft baut öffnet schließt verliert "
    "gewinnt sucht findet braucht kostet trifft spricht schreibt hält führt bringt nimmt nennt "
    "verteidigt kritisiert beschließt verhandelt untersucht bestätigt meldet erwartet verschiebt"
)

ADJECTIVES = _list(
    "neue große alte kleine gute lange erste letzte hohe eigene junge frühe späte schwere leichte "
    "klare offene geschlossene städtische ländliche öffentliche private teure günstige schnelle "
    "langsame starke schwache breite enge tiefe warme kalte trockene nasse stille laute nördliche "
    "südliche gemeinsame vorläufige endgültige unerwartete umstrittene zuverlässige grüne blaue"
)

# Each noun with the letter that links it to the next one in a compound.
NOUNS = tuple(
    _linked(noun)
    for noun in _list(
        "Hafen/ Stadt/ Rat/s Haus/ Brücke/n Straße/n Bahn/ Hof/ Schule/n Wasser/ Energie/ Preis/ "
        "Markt/ Platz/ Bau/ Plan/ Amt/s Gericht/s Verfahren/s Wahl/ Kampf/ Regierung/s Chef/ "
        "Minister/ Land/es Kreis/ Grenze/n Schutz/ Gebiet/s Wald/ Brand/ Feuer/ Wehr/ Unfall/ "
        "Versicherung/s Beitrag/s Zahl/en Steuer/ Gesetz/es Entwurf/s Kirche/n Turm/ Glocke/n "
        "Musik/ Abend/ Theater/ Bühne/n Bild/ Ausstellung/s Raum/ Zeit/ Zeitung/s Verlag/s Leser/ "
        "Brief/ Post/ Bote/n Dienst/ Leistung/s Arbeit/s Vertrag/s Partner/ Firma/ Werk/s Halle/n "
        "Dach/ Garten/ Pflanze/n Samen/ Handel/s Schiff/s Verkehr/s Fluss/ Ufer/ Damm/ Hochwasser/ "
        "Lage/ Bericht/s Jahr/es Tag/es Nacht/ Wetter/ Sturm/ Schaden/s Ersatz/ Kosten/ Rechnung/s "
        "Prüfung/s Küche/n Kunde/n Konto/ Bank/ Zins/ Kredit/ Geber/ Geld/ Vermögen/s Verein/s "
        "Spiel/ Mannschaft/s Trainer/ Tor/ Netz/ Strom/ Kabel/ Leitung/s Druck/ Luft/ Kühlung/s "
        "Maschine/n Forschung/s Institut/s Universität/s Klinik/ Arzt/ Patient/en Pflege/ Heim/ "
        "Kind/er Ofen/"
    )
)


@lru_cache(maxsize=200_000)
def word(rank: int) -> str:
    """The word of a rank, counted from 0."""
    for words in (FUNCTION_WORDS, _plain(), VERBS, ADJECTIVES):
        if rank < len(words):
            return words[rank]
        rank -= len(words)
    return _compound(rank)


@lru_cache(maxsize=1)
def _plain() -> tuple[str, ...]:
    return tuple(dict.fromkeys(noun for noun, _ in NOUNS))


def _compound(number: int) -> str:
    # multiplication by a number coprime to the count spreads neighbours over the alphabet
    pairs = len(NOUNS) ** 2
    spread = number % pairs * 7919 % pairs
    parts = [spread // len(NOUNS), spread % len(NOUNS)]
    rest = number // pairs
    while rest:
        parts.append(rest % len(NOUNS))
        rest //= len(NOUNS)
    linked = "".join(noun + link for noun, link in (NOUNS[part] for part in parts[:-1]))
    return (linked + NOUNS[parts[-1]][0]).capitalize()
