"""The change log: who follows it misses nothing, meets nothing twice, ends with our articles."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema_rs
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from newsfeed.change_log import ChangeLog, UnknownSequence
from newsfeed.cli import main
from newsfeed.indexer import Indexer
from newsfeed.reader_pool import ReaderPool
from newsfeed.register import Register
from newsfeed.search import open_index
from newsfeed.search.interface import Query
from newsfeed.settings import Settings, load_settings
from newsfeed.web import create_app

SITE = "https://abendbote.example"
START = "/api/v1/changes"
NOW = (datetime.now(UTC) + timedelta(hours=1)).replace(microsecond=0)
"""The first run's time is not before that of the files that it reads."""
TEXT = """{headline}

Der Fährmann sagt, {number} Gäste seien gekommen, so viele wie an keinem anderen Tag des Jahres.

Am Abend lag das Boot wieder am Steg, und am anderen Ufer ging das Licht aus.
"""


class Newsroom:
    """A corpus, its indexer, and a site over what they make."""

    def __init__(self, root: Path, pool: ReaderPool) -> None:
        self.settings = settings_for(root)
        self.settings.corpus.mkdir()
        self.register = Register(self.settings.register_path, self.settings.tag_authority)
        self.index = open_index(self.settings)
        self.indexer = Indexer(self.settings, self.register, self.index, pool)
        self.now = NOW

    def write(self, name: str, number: int = 0) -> None:
        text = TEXT.format(headline=f"Fähre {name} legt wieder ab", number=number)
        (self.settings.corpus / f"{name}.txt").write_text(text)

    def remove(self, name: str) -> None:
        (self.settings.corpus / f"{name}.txt").unlink()

    def run(self) -> None:
        self.now += timedelta(minutes=1)
        self.indexer.index(self.now, force=True)

    def client(self) -> FlaskClient:
        """As another process would serve it: with an index of its own."""
        return create_app(self.settings, open_index(self.settings)).test_client()

    def close(self) -> None:
        self.index.close()
        self.register.close()


class Mirror:
    """What a consumer does: follows `next`, fetches what it is told of, remembers nothing else."""

    def __init__(self, client: FlaskClient, limit: int) -> None:
        self.client = client
        self.path = f"{START}?after=0&limit={limit}"
        self.articles: dict[str, dict[str, Any]] = {}
        self.sequences: list[int] = []

    def follow(self) -> None:
        """One round: all pages up to the final one."""
        more = True
        while more:
            response = self.client.get(self.path)
            assert response.status_code == 200, response.text
            page = json.loads(response.data)
            for change in page["changes"]:
                self.sequences.append(change["sequence"])
                self.take(change)
            more = 'rel="next"' in response.headers.get("Link", "")
            self.path = page["next"].removeprefix(SITE)

    def take(self, change: dict[str, Any]) -> None:
        response = self.client.get(change["article"].removeprefix(SITE))
        if response.status_code == 410:
            self.articles.pop(change["id"], None)
            return
        assert response.status_code == 200, response.text
        article = json.loads(response.data)
        assert article["change"] >= change["sequence"], "fetched a state from before the change"
        self.articles[change["id"]] = article


@pytest.fixture
def room(tmp_path: Path, pool: ReaderPool) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path, pool)
    yield room
    room.close()


@pytest.fixture
def lived(room: Newsroom) -> Newsroom:
    """Seven changes to three articles, in five runs."""
    live(room)
    return room


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, pool: ReaderPool) -> Iterator[Newsroom]:
    """The same, for tests that only read."""
    room = Newsroom(tmp_path_factory.mktemp("history"), pool)
    live(room)
    yield room
    room.close()


def live(room: Newsroom) -> None:
    for name in ("anna", "berta", "clara"):
        room.write(name)
    room.run()
    room.write("anna", 12)
    room.run()
    room.remove("berta")
    room.run()
    room.write("berta")
    room.run()
    room.write("clara", 7)
    room.run()


def page(client: FlaskClient, path: str = START) -> dict[str, Any]:
    response = client.get(path.removeprefix(SITE))
    assert response.status_code == 200, response.text
    body: dict[str, Any] = json.loads(response.data)
    return body


def test_every_step_of_every_article_is_told_in_order(history: Newsroom) -> None:
    client = history.client()
    body = page(client)
    assert list(body) == ["changes", "last", "next"]
    assert body["last"] == 7 == history.index.sequence()
    steps = [(one["sequence"], one["kind"], one["reason"]) for one in body["changes"]]
    assert steps == [
        (1, "create", "new"),
        (2, "create", "new"),
        (3, "create", "new"),
        (4, "update", "text"),
        (5, "withdraw", "file removed"),
        (6, "create", "restored"),
        (7, "update", "text"),
    ]
    first = body["changes"][0]
    assert list(first) == ["sequence", "id", "kind", "reason", "at", "article", "page"]
    assert first["at"] == (NOW + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    assert page(client, first["article"])["id"] == first["id"]
    moved = client.get(first["page"].removeprefix(SITE))
    assert moved.status_code == 301
    assert moved.headers["Location"] == f"/articles/faehre-anna-legt-wieder-ab-{token_of(first)}"


def token_of(change: dict[str, Any]) -> str:
    name: str = change["page"].rpartition("/")[2]
    return name


def test_an_answer_keeps_to_its_description(history: Newsroom) -> None:
    client = history.client()
    description = page(client, "/api/v1/openapi.json")
    validators = {
        name: jsonschema_rs.validator_for(
            {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
        )
        for name in ("ChangesAnswer", "Problem")
    }
    operation = description["paths"][START]["get"]
    limits = {one["name"]: one["schema"] for one in operation["parameters"]}
    assert set(limits) == {"after", "check", "limit"}
    assert (limits["limit"]["minimum"], limits["limit"]["maximum"]) == (1, 1000)
    assert set(operation["responses"]) == {"200", "400", "410", "414", "503"}

    check = parse_qs(urlsplit(page(client, f"{START}?limit=3")["next"]).query)["check"][0]

    @trying(deadline=None)
    @given(
        st.integers(-2, 10) | st.integers(),
        st.integers(-2, 1003),
        st.sampled_from([None, check, check[::-1]]),
    )
    def asks(after: int, limit: int, said: str | None) -> None:
        options = f"&check={said}" if said else ""
        response = client.get(f"{START}?after={after}&limit={limit}{options}")
        body = json.loads(response.data)
        if not 0 <= after < 2**53 or not 1 <= limit <= 1000:
            assert response.status_code == 400
        elif after > 7 or (said and (after, said) != (3, check)):
            assert response.status_code == 410
        else:
            assert response.status_code == 200
            last = min(after + limit, 7)
            assert [one["sequence"] for one in body["changes"]] == [*range(after + 1, last + 1)]
        validators["ChangesAnswer" if response.status_code == 200 else "Problem"].validate(body)

    asks()


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
def test_pages_cover_every_change_exactly_once(history: Newsroom, limit: int) -> None:
    mirror = Mirror(history.client(), limit)
    mirror.follow()
    assert mirror.sequences == [1, 2, 3, 4, 5, 6, 7]
    mirror.follow()
    assert mirror.sequences == [1, 2, 3, 4, 5, 6, 7]


def test_the_final_page_says_where_to_go_on_later(lived: Newsroom) -> None:
    client = lived.client()
    full = client.get(f"{START}?limit=6")
    address = json.loads(full.data)["next"]
    assert full.headers["Link"] == f'<{address}>; rel="next"'
    final = client.get(address.removeprefix(SITE))
    assert "Link" not in final.headers
    later = json.loads(final.data)["next"]
    assert page(client, later) == {"changes": [], "last": 7, "next": later}
    lived.write("dora")
    lived.run()
    assert [one["sequence"] for one in page(client, later)["changes"]] == [8]


def test_polling_costs_304_until_something_changes(lived: Newsroom) -> None:
    client = lived.client()
    first = client.get(f"{START}?after=7")
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    asked = {"If-None-Match": tag}
    assert client.get(f"{START}?after=7", headers=asked).status_code == 304
    lived.write("dora")
    lived.run()
    assert client.get(f"{START}?after=7", headers=asked).status_code == 200


def test_what_the_index_does_not_hold_yet_is_not_told(lived: Newsroom) -> None:
    client = lived.client()
    gone = page(client)["changes"][0]
    with lived.register.writing() as writing:
        writing.withdraw(gone["id"], "auf Wunsch der Redaktion", lived.now)
    assert lived.register.sequence() == 8
    assert page(client, f"{START}?after=7")["changes"] == []
    # whoever heard of it elsewhere is not told that the number were wrong
    assert page(client, f"{START}?after=8")["changes"] == []
    lived.remove("anna")
    lived.run()
    (told,) = page(client, f"{START}?after=7")["changes"]
    assert (told["kind"], told["reason"]) == ("withdraw", "auf Wunsch der Redaktion")
    assert client.get(told["article"].removeprefix(SITE)).status_code == 410


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("after=-1", "after"),
        ("after=1.0", "after"),
        ("after=+1", "after"),
        ("after=%D9%A1", "after"),
        ("after=zwei", "after"),
        ("after=", "after"),
        ("after=9007199254740992", "after"),
        ("after=" + "9" * 5000, "after"),
        ("after=1&after=2", "after"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("check=", "check"),
        ("check=ZZZZZZZZZZZZZZZZ", "check"),
        ("since=1", "since"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, query: str, parameter: str) -> None:
    response = client.get(f"{START}?{query}")
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert json.loads(response.data)["parameter"] == parameter


def test_a_number_that_never_was_is_gone(history: Newsroom) -> None:
    client = history.client()
    response = client.get(f"{START}?after=9007199254740991")
    assert response.status_code == 410
    problem = json.loads(response.data)
    assert problem["type"].endswith("/unknown-sequence")
    assert (problem["parameter"], problem["last"]) == ("after", 7)
    assert len(page(client, problem["restart"])["changes"]) == 7


def test_a_register_that_lost_its_memory_is_noticed(
    history: Newsroom, tmp_path: Path, pool: ReaderPool
) -> None:
    """Its numbers go as far as before, so only what stands under them tells."""
    following = page(history.client(), f"{START}?limit=3")["next"]
    (tmp_path / "other").mkdir()
    other = Newsroom(tmp_path / "other", pool)
    for name in ("anna", "berta", "clara", "dora"):
        other.write(name)
    other.run()
    client = other.client()
    response = client.get(following.removeprefix(SITE))
    other.close()
    assert response.status_code == 410
    assert json.loads(response.data)["type"].endswith("/unknown-sequence")


def test_a_register_that_is_not_there_yet_is_an_empty_one(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    client = create_app(settings, open_index(settings)).test_client()
    assert page(client)["changes"] == []
    assert client.get(f"{START}?after=1").status_code == 410
    assert not settings.register_path.exists()


def test_a_mirror_ends_with_the_articles_of_the_index(room: Newsroom) -> None:
    """While the indexer runs, commit after commit, two consumers follow at their own pace."""
    room.write("anna")
    room.run()
    dice = random.Random(6)
    names = [f"boot {number}" for number in range(12)]
    failures: list[BaseException] = []
    done = threading.Event()

    def publish() -> None:
        standing: set[str] = set()
        try:
            for round in range(12):
                for name in dice.sample(names, 4):
                    if name in standing and dice.random() < 0.4:
                        room.remove(name)
                        standing.discard(name)
                    else:
                        room.write(name, round)
                        standing.add(name)
                room.run()
        except BaseException as error:
            failures.append(error)
        finally:
            done.set()

    mirrors = [Mirror(room.client(), limit) for limit in (2, 1000)]
    publisher = threading.Thread(target=publish)
    publisher.start()
    while not done.is_set():
        for mirror in mirrors:
            mirror.follow()
    publisher.join()
    assert failures == []
    total = room.index.sequence()
    kinds = {change.kind for change in room.register.changes()}
    assert kinds == {"create", "update", "withdraw"}
    hits = room.index.search(Query(sort="newest", limit=50)).hits
    for mirror in mirrors:
        mirror.follow()
        assert mirror.sequences == list(range(1, total + 1))
        kept = {id: (one["headline"], one["change"]) for id, one in mirror.articles.items()}
        assert kept == {hit.article.id: (hit.article.headline, hit.article.change) for hit in hits}


def test_the_command_prints_the_values_of_the_api(history: Newsroom) -> None:
    environment = {"NEWSFEED_BASE_URL": SITE}
    folder = str(history.settings.index)

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(
            main, ["changes", "--index", folder, *arguments], env=environment
        )
        assert result.exit_code == code, result.output
        return result.output

    told = [json.loads(line) for line in run("--json").splitlines()]
    assert told == page(history.client())["changes"]
    assert len(run("--after", "5").splitlines()) == 2
    assert "file removed" in run()
    for number in ("8", "9" * 40):
        assert f"change {number} is not known" in run("--after", number, code=2)
    folder = str(history.settings.corpus)
    assert "no register here" in run(code=1)


def test_the_log_refuses_a_number_and_check_that_do_not_belong_together(history: Newsroom) -> None:
    log = ChangeLog(history.settings.register_path)
    first = log.page(after=0, limit=2, upto=7)
    assert (first.after, first.last, first.is_final) == (2, 7, False)
    assert log.page(2, 5, 7, first.check).is_final
    with pytest.raises(UnknownSequence):
        log.page(3, 5, 7, first.check)


def settings_for(folder: Path) -> Settings:
    return load_settings(corpus=folder / "corpus", index=folder / "index", base_url=SITE)
