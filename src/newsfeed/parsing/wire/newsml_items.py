"""NewsML-G2 items: what a message holds, and what its concepts are called.

In: elements of NewsML-G2. Out: items, codes and names. Called by `newsml` and `newsml_pictures`.

Codes are compared without their scheme's alias ("stat:canceled", "sig:correction"): a catalog
would be needed to resolve it, and nothing is fetched.
"""

from __future__ import annotations

import re

from lxml import etree

from newsfeed.parsing.markup import local_name
from newsfeed.parsing.wire.xml_tree import LANGUAGE, attribute, child, children, words


def items_of(root: etree._Element) -> list[etree._Element]:
    """The news items of a message, or the item that the root is."""
    if local_name(root) == "newsitem":
        return [root]
    return list(children(root, "itemset", "newsitem"))


def texts_of(root: etree._Element) -> list[etree._Element]:
    """The items that are text, or of which nothing is said but that they hold a text."""
    return [item for item in items_of(root) if is_a(item, "text", "composite", "")]


def is_a(item: etree._Element, *classes: str) -> bool:
    """Whether an item, or the target of a link, is of one of these classes."""
    return code_of(child(item, "itemmeta", "itemclass")) in classes


def code_of(node: etree._Element | None) -> str:
    """The code of a concept, without its scheme: "text" of "ninat:text", "" without a node."""
    if node is None:
        return ""
    value = node.get("qcode") or node.get("uri") or node.get("literal") or words(node) or ""
    return re.split(r"[:/]", value)[-1].strip().lower()


def links_of(item: etree._Element) -> list[etree._Element]:
    """The links of an item to others, in their order."""
    return list(children(item, "itemmeta", "link"))


def name_in(node: etree._Element | None) -> str | None:
    """The name of a concept, in German where there are several languages, else its literal."""
    if node is None:
        return None
    names = list(children(node, "name"))
    german = [one for one in names if (one.get(LANGUAGE) or "").startswith("de")]
    name = words(next(iter(german or names), None))
    return name or attribute(node, "literal")


def role_of(node: etree._Element) -> str:
    """The role of a headline or description, without its scheme; "" without one."""
    return re.split(r"[:/]", node.get("role") or "")[-1].lower()
