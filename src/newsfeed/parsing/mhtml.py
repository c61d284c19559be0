"""MHTML: a page saved as a mail message (RFC 2557).

In: the bytes of ".mhtml". Out: the Draft that the page's HTML gives, with the page's address.
Called through `parsing.parse`.
"""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import Message

from newsfeed.addresses import web_address
from newsfeed.parsing import html
from newsfeed.parsing.charset import decoded
from newsfeed.parsing.context import Context
from newsfeed.parsing.draft import Draft
from newsfeed.parsing.errors import ParseError
from newsfeed.parsing.http_body import HTML

_MOST_PARTS = 10_000


def read(raw: bytes, context: Context) -> Draft:
    """The draft of the first HTML part: the page itself. Raises ParseError."""
    if raw.count(b"\n--") > _MOST_PARTS:
        raise ParseError(f"more than {_MOST_PARTS:,} parts", "save the page anew")
    try:
        message = message_from_bytes(raw)
        part = next((one for one in message.walk() if one.get_content_type() in HTML), None)
        page = _payload(part) if part is not None else b""
    except (ValueError, LookupError, RecursionError) as error:
        raise ParseError("the message is damaged", "save the page anew") from error
    if part is None or not page.strip():
        raise ParseError("a message without a page in HTML", "save the page anew as MHTML or HTML")
    addresses = (message["Snapshot-Content-Location"], part["Content-Location"])
    url = next((found for text in addresses if (found := web_address(_plain(text)))), None)
    draft = html.read(page, replace(context, url=context.url or url))
    if draft.url is None and url is not None:
        draft = replace(draft, url=url, origins={**draft.origins, "url": "archive"})
    return draft


def _payload(part: Message) -> bytes:
    """The part's bytes, in UTF-8 with its mark if the part names another encoding."""
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        return b""
    text = decoded(body, str(part.get_content_charset() or ""))
    return body if text is None else b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def _plain(text: object) -> str | None:
    return "".join(str(text).split()) if text is not None else None
