"""One request to a hub, whatever the hub then does: an answer in bounded time, nothing else."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsfeed.push.exchange import PushError, reached
from newsfeed.push.hub_address import Resolve, look_up
from newsfeed.push.policy import Answer
from tests.push import hubs

TOPIC = "https://news.example.org/feeds/topics/hafen.atom"
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def tell(
    url: str,
    times: int = 1,
    resolve: Resolve = look_up,
    tls: ssl.SSLContext | None = None,
    seconds: float = 20,
) -> Answer:
    """The last of the answers to so many requests."""

    async def ask() -> Answer:
        async with reached(url, resolve, tls, seconds) as hub:
            for _ in range(times):
                answer = await hub.tell(TOPIC, lambda: NOW)
        return answer

    return asyncio.run(ask())


def test_a_hub_is_told_in_the_words_that_hubs_understand() -> None:
    with hubs.running() as hub:
        assert tell(hub.url) == Answer("told")
    [request] = hub.asked
    assert request.path == "/hub"
    assert request.form == {"hub.mode": "publish", "hub.topic": TOPIC, "hub.url": TOPIC}
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["host"] == hub.url.split("/")[2]
    assert request.headers["user-agent"].startswith("newsfeed/")


def test_one_connection_serves_many_requests() -> None:
    with hubs.running() as hub:
        assert tell(hub.url, times=5) == Answer("told")
    assert len(hub.asked) == 5
    assert len(hub.connections) == 1


@pytest.mark.parametrize("behaviour", [hubs.hangs, hubs.drips_headers, hubs.drips_a_body])
def test_a_hub_that_does_not_come_to_an_end_is_left(behaviour: hubs.Behaviour) -> None:
    with hubs.running(behaviour) as hub:
        answer = tell(hub.url, seconds=0.3)
    assert answer == Answer("failed", "has not answered within 0.3 seconds")


def test_redirects_are_not_followed_but_told() -> None:
    with hubs.running(hubs.redirects_for_ever) as hub:
        answer = tell(hub.url)
    assert answer == Answer("failed", "answers 307 and sends us to /hub/1: is that the hub?")
    assert len(hub.asked) == 1


def test_a_redirect_to_nowhere_is_an_answer_too() -> None:
    with hubs.running(hubs.answers(304)) as hub:
        assert tell(hub.url) == Answer("failed", "answers 304")


@pytest.mark.parametrize(("status", "kind"), [(200, "told"), (400, "refused"), (500, "failed")])
def test_of_a_large_answer_little_is_read(status: int, kind: str) -> None:
    with hubs.running(hubs.sends_20_mb(status)) as hub:
        answer = tell(hub.url)
        assert answer.kind == kind
        assert answer.reason.isprintable()
        assert len(answer.reason) <= 200
    assert hub.sent < 19_000_000, "the hub could send all of it"


@pytest.mark.parametrize("status", [429, 503])
def test_a_hub_may_say_when_to_come_again(status: int) -> None:
    with hubs.running(hubs.answers(status, "later", Retry_After="90")) as hub:
        answer = tell(hub.url)
    assert answer == Answer("failed", f"answers {status} later", timedelta(seconds=90))


@pytest.mark.parametrize("behaviour", [hubs.hangs_up, hubs.speaks_another_language])
def test_a_hub_that_is_none(behaviour: hubs.Behaviour) -> None:
    with hubs.running(behaviour) as hub:
        answer = tell(hub.url)
    assert answer.kind == "failed"
    assert answer.reason.startswith("cannot be reached: ")


def test_a_hub_that_is_not_there() -> None:
    with hubs.running() as hub:
        pass
    assert tell(hub.url).reason.startswith("cannot be reached: ")
    assert tell("http://nowhere.invalid/").reason.startswith("cannot be reached: ")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:99999/", "http://[::1/", "ftp://127.0.0.1/", "https:///hub", "hub", ""],
)
def test_an_address_that_is_none_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(PushError, match="hub: "):
        tell(url)


def test_the_connection_goes_to_the_address_that_was_judged() -> None:
    """The name is looked up once; what the system would answer a moment later does not matter."""
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.2"] if len(asked) == 1 else ["10.0.0.1"]

    with hubs.running(address="127.0.0.2") as hub:
        port = int(hub.url.rpartition(":")[2].removesuffix("/hub"))
        name = f"localhost:{port}"  # the system's localhost is another one: nobody listens there
        assert tell(f"http://{name}/hub", times=3, resolve=resolve) == Answer("told")
    assert asked == [("localhost", port)]
    assert hub.asked[0].headers["host"] == name


def test_a_name_that_leads_into_the_own_network_is_not_followed() -> None:
    with hubs.running() as hub:
        port = hub.url.rpartition(":")[2]
        answer = tell(f"http://hub.example.org:{port}", resolve=lambda *_: ["127.0.0.1"])
    assert answer.kind == "failed"
    assert "hub.example.org leads to 127.0.0.1" in answer.reason
    assert hub.asked == []


def test_where_one_address_of_a_name_is_dead_the_next_is_tried() -> None:
    with hubs.running(address="127.0.0.2") as hub:
        port = hub.url.rpartition(":")[2]
        dead_and_alive = ["127.0.0.3", "127.0.0.2"]
        answer = tell(f"http://localhost:{port}", resolve=lambda *_: dead_and_alive)
    assert answer == Answer("told")


def test_a_name_that_nobody_answers_for_ends_in_time() -> None:
    over = threading.Event()

    def resolve(*_: object) -> list[str]:
        over.wait(60)
        return ["127.0.0.1"]

    answer = tell("http://hub.example.org/", resolve=resolve, seconds=0.1)
    assert answer.reason == "has not answered within 0.1 seconds"
    over.set()


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with hubs.running() as hub, hubs.running() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert tell(hub.url) == Answer("told")
    assert proxy.asked == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody signed, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    with path.open("a") as both:
        both.write(path.with_suffix(".crt").read_text())
    return path


def test_a_certificate_is_verified_against_the_hubs_name(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))
    with hubs.running(certificate=certificate) as hub:
        port = hub.url.rpartition(":")[2]
        resolve: Resolve = lambda *_: ["127.0.0.1"]  # noqa: E731
        assert tell(f"https://localhost:{port}", 1, resolve, trusting) == Answer("told")
        other_name = tell(hub.url, tls=trusting)
        untrusted = tell(f"https://localhost:{port}", 1, resolve)
    assert "certificate is not valid for '127.0.0.1'" in other_name.reason
    assert "self-signed certificate" in untrusted.reason
    assert len(hub.asked) == 1
