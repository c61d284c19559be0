"""The hub's address: where a request to it may go, and to where not.

In: the host of the hub's URL. Out: the addresses to connect to, looked up and judged together; the
connection is made to one of them, so that a name which answers differently a moment later leads
nowhere else. Called by `exchange`.

A name must stand for public addresses only, or not at all: a hub's name that leads into the
machine's own network is a mistake or an attack. An address itself, or localhost, is what the
operator wrote into the settings on purpose.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_MOST = 4
"""Addresses of a name that are tried at most."""
_GLOBAL = IPv6Network("2000::/3")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TRANSLATED = IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], list[str]]
"""The addresses of a name for a port; raises OSError."""


class AddressRefused(Exception):  # noqa: N818 - says what was done with it
    """The hub's name leads to an address that no request of ours may go to."""


def look_up(host: str, port: int) -> list[str]:
    """All addresses of a name, as the system sorts them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def addresses(host: str, port: int, resolve: Resolve) -> list[str]:
    """Where to connect, best first. Raises AddressRefused, OSError."""
    literal = _literal(host)
    if literal is not None:
        return [str(literal)]
    found = await _in_a_thread(resolve, host, port)
    allowed = _is_loopback if host.rstrip(".").lower() == "localhost" else is_public
    for one in found:
        if not allowed(one):
            raise AddressRefused(f"{host} leads to {one}, which is no public address")
    if not found:
        raise OSError(f"{host} has no address")
    return found[:_MOST]


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, whatever it is wrapped in."""
    found = _literal(address)
    if found is None or found.is_multicast or not found.is_global:
        return False
    if isinstance(found, IPv4Address):
        return True
    if found in _TRANSLATED:
        return is_public(str(IPv4Address(int(found) & 0xFFFFFFFF)))
    return found in _GLOBAL and found not in _SIX_TO_FOUR


def _is_loopback(address: str) -> bool:
    found = _literal(address)
    return found is not None and found.is_loopback


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


async def _in_a_thread(resolve: Resolve, host: str, port: int) -> list[str]:
    """A look-up that can be left behind: the system's cannot be interrupted, nor is it awaited."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | None, error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found or [])

    def run() -> None:
        found, failed = None, None
        try:
            found = resolve(host, port)
        except Exception as error:  # whatever it is belongs to whoever awaits the answer
            failed = error
        with suppress(RuntimeError):  # nobody is there any more to hear the answer
            loop.call_soon_threadsafe(settle, found, failed)

    threading.Thread(target=run, name="hub look-up", daemon=True).start()
    return await answer
