"""End to end with somebody else's hub and subscriber: an article is published, and arrives.

Flask-WebSub's hub and subscriber run here as servers of their own, newsfeed as processes. What the
hub delivers is byte for byte what a reader polls.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import feedparser
import pytest
from flask import Flask, request
from flask_websub.hub import Hub, SQLite3HubStorage
from flask_websub.subscriber import (
    SQLite3SubscriberStorage,
    SQLite3TempSubscriberStorage,
    Subscriber,
    discover,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.newsroom import NEWSFEED, environment, free_port, get, serving
from tests.push.hubs import until

FORMATS = ("atom", "rss", "json")
# `discover` leaves the response that it looked at to the garbage collector
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)


class Worker:
    """What Flask-WebSub's hub needs of celery: functions that run later, one after the other."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.failed: list[BaseException] = []

    def task(self, bind: bool = False, **_: object) -> Callable[[Callable[..., Any]], Any]:
        def retry(countdown: float) -> None:
            raise AssertionError("the subscriber did not take it")

        own = SimpleNamespace(retry=retry, request=SimpleNamespace(retries=0))

        def decorate(function: Callable[..., Any]) -> Any:
            def run(*arguments: Any) -> None:
                try:
                    function(*((own, *arguments) if bind else arguments))
                except Exception as error:
                    self.failed.append(error)

            return SimpleNamespace(delay=lambda *arguments: self._thread.submit(run, *arguments))

        return decorate

    def close(self) -> None:
        self._thread.shutdown()


class Silent(WSGIRequestHandler):
    """Answers and writes no log."""

    def log(self, *_: Any) -> None:
        """Nobody reads it."""


@contextmanager
def running(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Delivery:
    body: bytes
    headers: dict[str, str]


@dataclass
class World:
    """A publisher that serves, a hub, and a subscriber with what was delivered to it, by topic."""

    folder: Path
    address: str
    env: dict[str, str]
    hub: str
    worker: Worker
    subscriber: Subscriber
    callbacks: Flask
    callback: str = ""
    subscribed: list[str] = field(default_factory=list)
    delivered: dict[str, list[Delivery]] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / "corpus" / f"{name}.txt"
        path.write_text(f"Der Bericht über den Fall {name}\n\n{text}\n")
        return path

    def publish(self) -> None:
        """One run of the indexer, which tells the hub."""
        subprocess.run([*NEWSFEED, "index"], env=self.env, check=True, capture_output=True)

    def subscribe(self, url: str) -> str:
        """Finds hub and topic of a feed as a subscriber does, and subscribes; the topic."""
        found = discover(url, timeout=20)
        with self.callbacks.test_request_context(base_url=self.callback):
            self.subscriber.subscribe(**found)
        topic: str = found["topic_url"]
        until(lambda: topic in self.subscribed or bool(self.worker.failed))
        assert self.worker.failed == []
        return topic

    def next_delivery(self, topic: str, number: int) -> Delivery:
        until(lambda: len(self.delivered.get(topic, ())) > number or bool(self.worker.failed))
        assert self.worker.failed == []
        return self.delivered[topic][number]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    tmp_path = tmp_path_factory.mktemp("world")
    (tmp_path / "corpus").mkdir()
    hub_app, callbacks = Flask("hub"), Flask("subscriber")
    hub_app.config["PUBLISH_SUPPORTED"] = True
    long_term = SQLite3SubscriberStorage(str(tmp_path / "subscriber.sqlite"))
    short_term = SQLite3TempSubscriberStorage(str(tmp_path / "pending.sqlite"))
    subscriber = Subscriber(long_term, short_term, REQUEST_TIMEOUT=20)
    callbacks.register_blueprint(subscriber.build_blueprint(url_prefix="/callbacks"))
    with closing(Worker()) as worker:
        hub = Hub(SQLite3HubStorage(str(tmp_path / "hub.sqlite")), worker, REQUEST_TIMEOUT=20)
        hub_app.register_blueprint(hub.build_blueprint(url_prefix="/hub"))
        with running(hub_app) as hub_url, running(callbacks) as callback:
            port = free_port()
            env = {**environment(tmp_path, port), "NEWSFEED_HUB": f"{hub_url}/hub"}
            command = [*NEWSFEED, "serve", "--workers", "1"]
            address = f"http://127.0.0.1:{port}"
            world = World(
                tmp_path, address, env, f"{hub_url}/hub", worker, subscriber, callbacks, callback
            )
            listen(world)
            world.publish()
            with serving(command, env, tmp_path):
                world.write("Hafen", "Im Hafen liegt seit gestern ein Schiff, das alle sehen.")
                world.publish()
                yield world


def listen(world: World) -> None:
    def on_body(topic: str, callback_id: str, body: bytes) -> None:
        world.delivered.setdefault(topic, []).append(Delivery(body, dict(request.headers)))

    world.subscriber.add_listener(on_body)
    world.subscriber.add_success_handler(lambda topic, *_: world.subscribed.append(topic))


def test_what_is_published_arrives_byte_for_byte_as_it_is_polled(world: World) -> None:
    topics = [world.subscribe(f"{world.address}/feeds/latest.{format}") for format in FORMATS]
    assert topics == [f"{world.address}/feeds/latest.{format}" for format in FORMATS]

    path = world.write("Schule", "In der Schule beginnt der Unterricht künftig später als bisher.")
    world.publish()
    for topic in topics:
        delivery = world.next_delivery(topic, 0)
        polled = get(topic)
        assert delivery.body == polled.read()
        assert "Der Bericht über den Fall Schule" in delivery.body.decode()
        assert delivery.headers["Content-Type"] == polled.headers["Content-Type"]
        assert 'rel="hub"' in delivery.headers["Link"]
        assert 'rel="self"' in delivery.headers["Link"]

    path.unlink()
    world.publish()
    withdrawn = [world.next_delivery(topic, 1).body.decode() for topic in topics]
    for topic, body in zip(topics, withdrawn, strict=True):
        assert body.encode() == get(topic).read()
        assert "Der Bericht über den Fall Schule" not in body
    assert "deleted-entry" in withdrawn[0]


@pytest.mark.parametrize("format", FORMATS)
def test_hub_and_self_stand_in_the_document_and_above_it(world: World, format: str) -> None:
    url = f"{world.address}/feeds/latest.{format}"
    response = get(url)
    assert f'<{world.hub}>; rel="hub"' in response.headers["Link"]
    assert f'<{url}>; rel="self"' in response.headers["Link"]
    body = response.read()
    if format == "json":
        document = json.loads(body)
        assert document["hubs"] == [{"type": "WebSub", "url": world.hub}]
        assert document["feed_url"] == url
    else:
        links = {link["rel"]: link["href"] for link in feedparser.parse(body).feed.links}
        assert (links["hub"], links["self"]) == (world.hub, url)
    assert "hub" not in get(f"{world.address}/search.{format}?q=Hafen").headers["Link"]
