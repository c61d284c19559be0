"""Links that somebody hung a tag on lead to the page, without the tag."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from newsfeed.article import Article
from newsfeed.web.links import article_path
from newsfeed.web.parameters import ApiSearch, FeedParameters, FeedSearch, ListingPage, PageSearch
from newsfeed.web.tracking import is_tag, untracked

TAGS = (
    *("utm_source", "utm_medium", "UTM_Campaign", "fbclid", "gclid", "msclkid", "mc_cid"),
    *("at_medium", "wt_zmc", "wt.mc_id", "pk_campaign", "_ga", "igshid", "xtor", "ns_source"),
)


@pytest.mark.parametrize(
    ("tagged", "clean"),
    [
        ("/?utm_source=newsletter", "/"),
        ("/?utm_source=a&utm_source=b&fbclid=x", "/"),
        ("/search?q=gr%C3%B6%C3%9Fter+Hafen&utm_medium=mail", "/search?q=gr%C3%B6%C3%9Fter+Hafen"),
        ("/search?utm_medium=mail&q=a%26b%3Dc&sort=newest", "/search?q=a%26b%3Dc&sort=newest"),
        ("/sections/politik?page=2&gclid=1", "/sections/politik?page=2"),
        ("/feeds?wt_zmc=x", "/feeds"),
        ("/feeds/latest?content=summary&at_medium=x", "/feeds/latest?content=summary"),
        ("/authors/J%C3%B6rg%20M%C3%BCller?fbclid=x", "/authors/J%C3%B6rg%20M%C3%BCller"),
        ("/sections/a%3Fb%25?fbclid=x", "/sections/a%3Fb%25"),
        ("/?%75tm_source=x", "/"),
        ("/?fbclid", "/"),
    ],
)
def test_a_tagged_link_leads_to_the_page(client: FlaskClient, tagged: str, clean: str) -> None:
    response = client.get(tagged)
    assert response.status_code == 301
    assert response.headers["Location"] == clean
    assert client.head(tagged).headers["Location"] == clean


def test_a_tagged_article_is_still_that_article(
    client: FlaskClient, articles: dict[str, Article]
) -> None:
    path = article_path(articles["hafen"])
    query = urlencode(dict.fromkeys(TAGS, "x"))
    response = client.get(f"{path}?{query}", follow_redirects=True)
    assert response.status_code == 200
    assert response.request.path == path
    assert response.request.query_string == b""


@pytest.mark.parametrize(
    "path",
    [
        *("/feeds/latest.atom", "/search.atom", "/feeds.opml", "/sitemap.xml", "/opensearch.xml"),
        *("/api/v1/search", "/healthz"),
    ],
)
def test_programs_are_told_that_they_ask_for_what_there_is_not(
    client: FlaskClient, path: str
) -> None:
    response = client.get(f"{path}?utm_source=mail")
    assert response.status_code == 400
    assert response.get_json(force=True)["parameter"] == "utm_source"


def test_any_other_unknown_parameter_is_refused_as_before(client: FlaskClient) -> None:
    for name in ("frobnicate", "utm", "my_utm_source", "fbclid2"):
        assert client.get(f"/?{name}=1").status_code == 400


def test_no_tag_is_a_parameter_of_ours() -> None:
    for model in (ApiSearch, FeedParameters, FeedSearch, ListingPage, PageSearch):
        for name, field in model.model_fields.items():
            assert not is_tag((field.alias or name).encode())


def test_the_redirect_never_leaves_the_site(client: FlaskClient) -> None:
    for path in ("//evil.example/", "/\\evil.example", "/sections//evil.example"):
        response = client.get(path, query_string={"utm_source": "x"})
        assert response.headers.get("Location", "/").startswith("/")
        assert not response.headers.get("Location", "/").startswith("//")
    hostile = client.get("/sections/x%0d%0aSet-Cookie:%20a?utm_source=%0d%0a&q=%0d%0ab")
    assert hostile.headers["Location"] == "/sections/x%0D%0ASet-Cookie:%20a?q=%0d%0ab"
    assert "Set-Cookie" not in hostile.headers


@given(st.lists(st.tuples(st.sampled_from([*TAGS, "q", "page", "ä&="]), st.text(max_size=5))))
def test_what_is_no_tag_stays_as_it_was(pairs: list[tuple[str, str]]) -> None:
    kept = parse_qsl(untracked(urlencode(pairs).encode()).decode(), keep_blank_values=True)
    assert kept == [(name, value) for name, value in pairs if name not in TAGS]
