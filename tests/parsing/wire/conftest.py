"""What the tests of wire formats share: an ordinary item of each, to be changed by the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from newsfeed.article import Article

Read = Callable[..., Article]
ReadJson = Callable[..., Article]
ReadNewsml = Callable[..., Article]

NEWSML = """<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1" xml:lang="de">
<itemMeta><itemClass qcode="ninat:text"/><versionCreated>2025-03-01T10:00:00+01:00</versionCreated>
{management}</itemMeta>
<contentMeta>{content}</contentMeta>
<contentSet>{body}</contentSet></newsItem>"""
BODY = "<inlineData>Ein Satz steht hier.</inlineData>"


@pytest.fixture
def read_json(read: Read) -> ReadJson:
    """Parses a JSON value; keyword arguments go into the context."""

    def reader(value: Any, **around: Any) -> Article:
        return read(orjson.dumps(value), "item.json", **around)

    return reader


@pytest.fixture
def read_newsml(read: Read) -> ReadNewsml:
    """Parses a NewsML-G2 item with more metadata and, if wanted, another body."""

    def reader(
        management: str = "", content: str = "<headline>Titel</headline>", body: str = BODY
    ) -> Article:
        text = NEWSML.format(management=management, content=content, body=body)
        return read(text, "item.xml")

    return reader
