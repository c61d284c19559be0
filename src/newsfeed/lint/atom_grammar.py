"""Atom's grammar: RELAX NG applied part by part, so that a fault is told where it is.

In: the root of an Atom document, and the parts whose faults are known already. Out: the other
parts that the grammar refuses, with its words. Called by `atom`.

A grammar refuses a document as a whole and names the first place that confused it. So the feed
without its entries is asked about, and then each entry as the document that it could be. The
compiled grammar keeps its errors in itself; one is compiled for every call (half a millisecond)
rather than shared between threads.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from lxml import etree

from newsfeed.lint.finding import quoted
from newsfeed.lint.namespaces import ATOM
from newsfeed.parsing.hardened_xml import xml_parser

if TYPE_CHECKING:
    from lxml.etree import _Element

_FOLLOWS = re.compile("failed to validate|in interleave$|^Invalid sequence in interleave")
_ENTRY = f"{{{ATOM}}}entry"


def grammar_faults(
    root: _Element, known: Collection[_Element] = ()
) -> Iterator[tuple[_Element, str]]:
    """Each part that the grammar refuses and that is not `known`, with what it says."""
    grammar = etree.RelaxNG(etree.fromstring(_grammar(), xml_parser()))
    if grammar.validate(root):
        return
    entries = [root] if root.tag == _ENTRY else list(root.iterfind(_ENTRY))
    for part in [root, *entries] if root.tag != _ENTRY else entries:
        if part in known:
            continue
        alone = _head(root) if part is root and root.tag != _ENTRY else deepcopy(part)
        if not grammar.validate(alone):
            yield part, _words(grammar)


def _head(root: _Element) -> _Element:
    """The feed without its entries."""
    head = deepcopy(root)
    for entry in head.findall(_ENTRY):
        head.remove(entry)
    return head


def _words(grammar: etree.RelaxNG) -> str:
    """What the grammar complains of: the cause where it names one, not all that followed."""
    said = list(dict.fromkeys(str(error.message) for error in grammar.error_log))
    causes = [one for one in said if not _FOLLOWS.search(one)]
    return quoted("the grammar refuses it: " + "; ".join((causes or said)[:2]), 300)


@cache
def _grammar() -> bytes:
    return files("newsfeed.lint").joinpath("atom.rng").read_bytes()
