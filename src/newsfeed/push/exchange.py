"""Exchange: one request to the hub and as much of its answer as is needed.

In: the address of a feed. Out: an `Answer`; whatever a hub does is one. Called by `sender`.

httpx2's transport alone is used, not its client: it has no cookies, follows no redirect, asks no
proxy and reads no environment. A whole exchange, from looking up the name to the answer's last
byte, ends after `SECONDS`, and of the answer's body no more than `MOST_BYTES` are read.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import datetime

import httpx2

from newsfeed import __version__
from newsfeed.errors import NewsfeedError
from newsfeed.push.hub_address import AddressRefused, Resolve, addresses, look_up
from newsfeed.push.policy import Answer, judge, line

SECONDS = 10.0
MOST_BYTES = 65_536
_CONNECTING = 4.0
"""Seconds for one address of several; a name may have one that leads nowhere."""
_CONNECTIONS = 4
_REMEMBERED = 60.0
"""Seconds for which the addresses of a name are good."""


class PushError(NewsfeedError):
    """Nothing can be sent; the message says what to do."""

    misuse = True


class Hub:
    """A hub, while it is being told of feeds."""

    def __init__(
        self, url: str, transport: httpx2.AsyncHTTPTransport, resolve: Resolve, seconds: float
    ) -> None:
        self._url = _parsed(url)
        self._port = self._url.port or {"http": 80, "https": 443}[self._url.scheme]
        self._transport = transport
        self._resolve = resolve
        self._seconds = seconds
        self._addresses: list[str] = []
        self._looked_up = 0.0

    async def tell(self, topic: str, clock: Callable[[], datetime]) -> Answer:
        """Tells the hub that this feed changed; what it made of that."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._tell(topic, clock)
        except TimeoutError:
            return Answer("failed", f"has not answered within {self._seconds:g} seconds")
        except AddressRefused as error:
            return Answer("failed", line(str(error)))
        except Exception as error:  # what a stranger sends may break anything on its way up here
            what = str(error) or type(error).__name__
            return Answer("failed", line(f"cannot be reached: {what}"))

    async def _tell(self, topic: str, clock: Callable[[], datetime]) -> Answer:
        *others, last = await self._found()
        for address in others:
            try:
                return await self._ask(topic, address, clock)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue  # of a name's addresses the next may work
        return await self._ask(topic, last, clock)

    async def _found(self) -> list[str]:
        """The hub's addresses; a name is looked up again after `_REMEMBERED`."""
        now = asyncio.get_running_loop().time()
        if not self._addresses or now - self._looked_up > _REMEMBERED:
            host = self._url.raw_host.decode("ascii")
            self._addresses = await addresses(host, self._port, self._resolve)
            self._looked_up = now
        return self._addresses

    async def _ask(self, topic: str, address: str, clock: Callable[[], datetime]) -> Answer:
        response = await self._transport.handle_async_request(self._request(topic, address))
        async with aclosing(response):
            words = await _beginning(response)
        if response.has_redirect_location:
            words = f"and sends us to {response.headers['location']}: is that the hub?"
        after = response.headers.get("retry-after", "")
        return judge(response.status_code, after, words, clock())

    def _request(self, topic: str, address: str) -> httpx2.Request:
        """The request as it goes to one address of the hub, under the hub's own name.

        Hubs differ in where they look for the feed's address: in `hub.url` (PubSubHubbub 0.3) or in
        `hub.topic`, as in the rest of WebSub. Only some take several feeds at once.
        """
        seconds = {"connect": _CONNECTING}
        return httpx2.Request(
            "POST",
            self._url.copy_with(host=address, fragment=None),
            headers={
                "Host": self._url.netloc.decode("ascii"),
                "User-Agent": f"newsfeed/{__version__}",
                "Accept": "*/*",
                "Accept-Encoding": "identity",
            },
            data={"hub.mode": "publish", "hub.topic": topic, "hub.url": topic},
            extensions={
                "timeout": dict.fromkeys(("read", "write", "pool"), self._seconds) | seconds,
                "sni_hostname": self._url.raw_host.decode("ascii"),
            },
        )


async def _beginning(response: httpx2.Response) -> str:
    """What an answer begins with; of more than `MOST_BYTES` the rest is never read."""
    read = bytearray()
    async with aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            read += chunk
            if len(read) >= MOST_BYTES:
                break
    return bytes(read[:MOST_BYTES]).decode("utf-8", "replace")


@asynccontextmanager
async def reached(
    url: str,
    resolve: Resolve = look_up,
    tls: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> AsyncIterator[Hub]:
    """The hub at this address, with connections that are kept until the end.

    `tls` is whom to trust; by default whom the system trusts. Raises PushError.
    """
    transport = httpx2.AsyncHTTPTransport(
        verify=tls if tls is not None else True,
        trust_env=False,
        limits=httpx2.Limits(max_connections=_CONNECTIONS),
    )
    hub = Hub(url, transport, resolve, seconds)
    async with transport:
        yield hub


def _parsed(url: str) -> httpx2.URL:
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise PushError(f"hub: {line(str(error))}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host or (parsed.port or 0) > 65_535:
        raise PushError("hub: must be an address like https://hub.example.org/")
    return parsed
