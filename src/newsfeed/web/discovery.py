"""Discovery: the documents by which programs find what there is.

In: requests. Out: OPML, OpenSearch, sitemaps, robots.txt. Called by programs that know no more than
the site's address: feed readers, browsers, search engines.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from newsfeed.feed_names import Kind
from newsfeed.feeds.opml import MEDIA_TYPE as OPML
from newsfeed.feeds.sitemap import MEDIA_TYPE as SITEMAP
from newsfeed.feeds.text import UNTITLED, line
from newsfeed.search.interface import Query, SearchError
from newsfeed.web.parameters import Parameters
from newsfeed.web.problems import not_found
from newsfeed.web.responses import open_to_all, respond, respond_by, unchanged, validated
from newsfeed.web.site import site

discovery = APIBlueprint("discovery", __name__, enable_openapi=False)

OPENSEARCH = "application/opensearchdescription+xml"
_DAY = 86_400
_CLOSED = ("/search", "/feeds/search", "/api/")


@discovery.get("/feeds.opml")
@discovery.input(Parameters, location="query")
def opml(query_data: Parameters) -> Response:  # noqa: ARG001
    """All feeds in one file, for a reader to subscribe to."""
    return _opml()


@discovery.get("/feeds/<any(sections, topics, authors, sources, agencies):kind>.opml")
@discovery.input(Parameters, location="query")
def opml_of_a_kind(kind: Kind, query_data: Parameters) -> Response:  # noqa: ARG001
    """All sections' feeds, or all topics' …"""
    return _opml(kind)


@discovery.get("/opensearch.xml")
@discovery.input(Parameters, location="query")
def opensearch(query_data: Parameters) -> Response:  # noqa: ARG001
    """How a browser searches here (OpenSearch 1.1)."""
    settings = site().settings
    template = site().templates.get_template("opensearch.xml")
    written = template.render(
        title=line(settings.title) or UNTITLED,
        description=line(settings.description),
        rights=line(settings.rights),
        media_type=OPENSEARCH,
        example=_example(),
    )
    media = f"{OPENSEARCH}; charset=utf-8"
    return open_to_all(respond(written.encode(), media, f"public, max-age={_DAY}"))


@discovery.get("/sitemap.xml")
@discovery.input(Parameters, location="query")
def sitemaps(query_data: Parameters) -> Response:  # noqa: ARG001
    """The index of all sitemaps but the news."""
    return respond(site().sitemaps.overview(), SITEMAP, _kept())


@discovery.get("/sitemap-<name>.xml")
@discovery.input(Parameters, location="query")
def sitemap(name: str, query_data: Parameters) -> Response:  # noqa: ARG001
    """The pages of a month, or of a kind."""
    body = site().sitemaps.sitemap(name)
    if body is None:
        raise not_found("Eine solche Sitemap gibt es nicht.")
    return respond(body, SITEMAP, _kept())


@discovery.get("/sitemap-news.xml")
@discovery.input(Parameters, location="query")
def news_sitemap(query_data: Parameters) -> Response:  # noqa: ARG001
    """The articles of the last two days."""
    return respond(site().sitemaps.news(site().clock()), SITEMAP, _kept())


@discovery.get("/robots.txt")
@discovery.input(Parameters, location="query")
def robots(query_data: Parameters) -> Response:  # noqa: ARG001
    """What crawlers may read: all but the endless space of searches (RFC 9309)."""
    links = site().links
    rules = ["User-agent: *"]
    rules += [f"Disallow: {links.href(path)}" for path in _CLOSED]
    rules += [f"Sitemap: {links.absolute(path)}" for path in ("/sitemap.xml", "/sitemap-news.xml")]
    body = "".join(f"{rule}\n" for rule in rules)
    return respond(body.encode(), "text/plain; charset=utf-8", f"public, max-age={_DAY}")


def _example() -> str | None:
    """A search that finds something, by which a program may see that searching works."""
    try:
        topic = next(iter(site().catalogue.all("topic")), None)
        if topic is None or not site().index.search(Query(topic.name, limit=0)).total:
            return None
    except SearchError:  # whoever cannot search can still learn how to
        return None
    return line(topic.name)


def _opml(kind: Kind | None = None) -> Response:
    document = site().subscriptions.document(kind)
    body = document.body
    if body is not None:
        return open_to_all(respond_by(document.etag, lambda: body, OPML, _kept()))
    response = unchanged(document.etag, None)
    if response is None:
        response = Response(site().subscriptions.pieces(kind), content_type=OPML)
    return open_to_all(validated(response, document.etag, None, _kept()))


def _kept() -> str:
    return f"public, max-age={site().settings.feed_ttl}"
