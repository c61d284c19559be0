"""Syndication: the feeds over HTTP.

In: requests. Out: feeds with their validators, 304 before anything is rendered, 226 with what is
new, 301 to the one address that each feed has. What a feed holds is `newsstand`'s.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote

from apiflask import APIBlueprint
from flask import Response, request

from newsfeed.feed_names import KINDS
from newsfeed.feeds import Format
from newsfeed.feeds.links import FeedLink
from newsfeed.slugs import slug
from newsfeed.web import delta
from newsfeed.web.front import lasting
from newsfeed.web.newsstand import Validators
from newsfeed.web.parameters import MAX_NAME, FeedParameters, FeedSearch
from newsfeed.web.responses import open_to_all, packed, settled, unchanged, validated
from newsfeed.web.selections import Selection
from newsfeed.web.site import site

syndication = APIBlueprint("syndication", __name__, enable_openapi=False)

_DAY = 86_400
_MAX_LINKS = 4000
"""Characters of the Link header; proxies refuse answers whose headers are much longer."""
_IN_A_URL = ":/?#[]@!$&'()*+,;=%~"


@syndication.get("/feeds/<path:name>.<any(atom, rss, json):format>")
@syndication.input(FeedParameters, location="query")
def named(name: str, format: Format, query_data: FeedParameters) -> Response:
    """The latest, a section, author, agency, source or topic, a month of it, a live blog."""
    return _feed(site().newsstand.select(_spelled(name), query_data.options()), format)


@syndication.get("/search.<any(atom, rss, json):format>")
@syndication.input(FeedSearch, location="query")
def search(format: Format, query_data: FeedSearch) -> Response:
    """Any search, what last became news first."""
    return _feed(site().newsstand.select_search(query_data), format)


def _spelled(name: str) -> str:
    """A feed's name as it is written properly: "sections/Politik" is "sections/politik"."""
    kind, *rest = name.split("/")
    if kind in KINDS and rest:
        rest[0] = slug(rest[0][:MAX_NAME])
    return "/".join([kind, *rest])


def _feed(selection: Selection, format: Format) -> Response:
    address = selection.paths[format]
    if not _asked_for(address):
        return _moved(address)
    newsstand = site().newsstand
    validators = newsstand.validators(selection, format)
    response = unchanged(validators.etag, validators.last_modified)
    if response is None:
        known = _known(selection, validators)
        if known is not None:
            return _news(selection, format, known)
        document = newsstand.document(selection, format)
        validators = document.validators  # those of what we send
        response = packed(validators.etag, document.body, document.media_type)
    if validators.last_modified is None or settled(validators.last_modified):
        lasting(request.environ)
    response.headers["Vary"] = "Accept-Encoding" if selection.part else "Accept-Encoding, A-IM"
    return _complete(response, validators, _kept(selection))


def _known(selection: Selection, validators: Validators) -> int | None:
    """The last change that a reader who asks for news alone knows of, else None."""
    if selection.part is not None or selection.query.cursor is not None:
        return None  # only the current document is told of in pieces
    headers = request.headers
    if delta.is_unaware(headers.get("User-Agent")):
        return None
    return delta.since(headers.get("A-IM"), headers.get("If-None-Match"), validators.mark)


def _news(selection: Selection, format: Format, known: int) -> Response:
    """226: what has changed since (RFC 3229), under the validators of the whole."""
    document = site().newsstand.document(selection, format, known)
    key = f"{document.validators.etag} since {known}"
    response = packed(key, document.body, document.media_type)
    response.status_code = 226
    response.headers["IM"] = delta.MANIPULATION
    response.headers["Vary"] = "Accept-Encoding, A-IM, If-None-Match"
    return _complete(response, document.validators, delta.CACHE_CONTROL)


def _complete(response: Response, validators: Validators, cache_control: str) -> Response:
    """The response with all headers that 200, 226 and 304 have in common."""
    response.headers["Link"] = _links(validators.links)
    validated(response, validators.etag, validators.last_modified, cache_control)
    return open_to_all(response)


def _asked_for(address: str) -> bool:
    """Whether the request is for this very address, however its characters are written."""
    path, _, query = address.partition("?")
    asked = list(request.args.items(multi=True))
    return request.path == unquote(path) and asked == parse_qsl(query, keep_blank_values=True)


def _moved(address: str) -> Response:
    """301 to the one address of a feed: two addresses would be two subscriptions."""
    headers = {
        "Location": site().links.href(address),
        "Cache-Control": f"public, max-age={_DAY}",
    }
    return open_to_all(Response(status=301, headers=headers))


def _links(links: tuple[FeedLink, ...]) -> str:
    """The Link header (RFC 8288), itself and the hub first; the last are left out for length."""
    written = ""
    for link in sorted(links, key=lambda link: link.rel not in ("self", "hub")):
        media = f'; type="{link.type}"' if link.type else ""
        one = f'<{quote(link.href, safe=_IN_A_URL)}>; rel="{link.rel}"{media}'
        if len(written) + len(one) > _MAX_LINKS:
            break
        written += f", {one}" if written else one
    return written


def _kept(selection: Selection) -> str:
    seconds = _DAY if selection.part else site().settings.feed_ttl
    return f"public, max-age={seconds}"
