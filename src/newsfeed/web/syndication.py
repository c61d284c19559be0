"""Syndication: the feeds over HTTP, and the documents by which programs find them.

In: requests. Out: feeds with their validators (304 before anything is rendered), OPML, OpenSearch,
robots.txt.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from newsfeed.feeds import Format, Outline, render_opml
from newsfeed.feeds import Group as OutlineGroup
from newsfeed.feeds.links import MEDIA_TYPES
from newsfeed.feeds.opml import MEDIA_TYPE as OPML
from newsfeed.slugs import slug
from newsfeed.web.directory import LATEST, Group, Offer, groups
from newsfeed.web.feeds import Document, Selection, Validators, feed_path
from newsfeed.web.parameters import MAX_NAME, FeedParameters, FeedSearch, Parameters
from newsfeed.web.responses import open_to_all, respond, unchanged, validated
from newsfeed.web.site import site

syndication = APIBlueprint("syndication", __name__, enable_openapi=False)

_DAY = 86_400


@syndication.get("/feeds/latest.<any(atom, rss, json):format>")
@syndication.input(FeedParameters, location="query")
def latest(format: Format, query_data: FeedParameters) -> Response:
    """Everything."""
    return _feed(site().newsstand.select("latest", query_data.content), format)


@syndication.get(
    "/feeds/<any(sections, authors, topics):kind>/<name>.<any(atom, rss, json):format>"
)
@syndication.input(FeedParameters, location="query")
def listing(kind: str, name: str, format: Format, query_data: FeedParameters) -> BaseResponse:
    """A section, author or topic."""
    canonical = slug(name[:MAX_NAME])
    selection = site().newsstand.select(f"{kind}/{canonical}", query_data.content)
    if name != canonical:
        path = feed_path(selection.name, format, selection.content)
        return redirect(site().links.href(path), 301)
    return _feed(selection, format)


@syndication.get("/search.<any(atom, rss, json):format>")
@syndication.input(FeedSearch, location="query")
def search(format: Format, query_data: FeedSearch) -> Response:
    """Any search, the newest matches first."""
    return _feed(site().newsstand.select_search(query_data), format)


@syndication.get("/feeds.opml")
@syndication.input(Parameters, location="query")
def opml(query_data: Parameters) -> Response:  # noqa: ARG001
    """All feeds in one file, for a reader to subscribe to."""
    listed = [OutlineGroup("", (_outline(LATEST),)), *map(_outlines, groups(site().catalogue))]
    body = render_opml(site().settings.title, listed)
    return open_to_all(respond(body, OPML, _kept()))


@syndication.get("/opensearch.xml")
@syndication.input(Parameters, location="query")
def opensearch(query_data: Parameters) -> Response:  # noqa: ARG001
    """How a browser searches here (OpenSearch 1.1)."""
    written = site().templates.get_template("opensearch.xml").render()
    media = "application/opensearchdescription+xml; charset=utf-8"
    return open_to_all(respond(written.encode(), media, f"public, max-age={_DAY}"))


@syndication.get("/robots.txt")
@syndication.input(Parameters, location="query")
def robots(query_data: Parameters) -> Response:  # noqa: ARG001
    """What crawlers may read: all but the endless space of searches (RFC 9309)."""
    closed = [f"Disallow: {site().links.href(path)}\n" for path in ("/search", "/api/")]
    body = "User-agent: *\n" + "".join(closed)
    return respond(body.encode(), "text/plain; charset=utf-8", f"public, max-age={_DAY}")


def _feed(selection: Selection, format: Format) -> Response:
    newsstand = site().newsstand
    validators = newsstand.validators(selection, format)
    response = unchanged(validators.etag, validators.last_modified)
    if response is None:
        document = newsstand.document(selection, format)
        validators = Validators(document.etag, document.last_modified)  # those of what we send
        response = _packed(document)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Link"] = _links(selection, format)
    validated(response, validators.etag, validators.last_modified, _kept())
    return open_to_all(response)


def _packed(document: Document) -> Response:
    if request.accept_encodings.quality("gzip") <= 0:
        return Response(document.body, content_type=document.media_type)
    response = Response(site().newsstand.packed(document), content_type=document.media_type)
    response.headers["Content-Encoding"] = "gzip"
    return response


def _links(selection: Selection, format: Format) -> str:
    """The Link header (RFC 8288): the feed itself, its page, its twins."""
    absolute = site().links.absolute
    links = [
        f'<{absolute(selection.feed_paths[format])}>; rel="self"; type="{MEDIA_TYPES[format]}"',
        f'<{absolute(selection.page_path)}>; rel="alternate"; type="text/html"',
    ]
    links += [
        f'<{absolute(path)}>; rel="alternate"; type="{MEDIA_TYPES[twin]}"'
        for twin, path in selection.feed_paths.items()
        if twin != format
    ]
    return ", ".join(links)


def _kept() -> str:
    return f"public, max-age={site().settings.feed_ttl}"


def _outlines(group: Group) -> OutlineGroup:
    return OutlineGroup(group.title, tuple(map(_outline, group.offers)))


def _outline(offer: Offer) -> Outline:
    absolute = site().links.absolute
    return Outline(offer.title, absolute(offer.paths["atom"]), absolute(offer.page_path))
