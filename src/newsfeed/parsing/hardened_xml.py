"""Hardened XML: the one way in which XML from outside is parsed.

In: what a caller allows. Out: a parser that fetches nothing, resolves no entities, loads no DTD,
and gives up where depth or texts pass libxml2's limits. Called by `feed_files` and `wire.xml_tree`.
"""

from __future__ import annotations

from lxml import etree


def xml_parser(recover: bool = False, encoding: str | None = None) -> etree.XMLParser:
    """A parser for one document; `recover` mends what is not well-formed."""
    return etree.XMLParser(
        recover=recover,
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
