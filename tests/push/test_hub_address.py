"""Where a request to the hub may go: to public addresses, or to where the operator pointed."""

from __future__ import annotations

import asyncio
import threading

import pytest

from newsfeed.push.hub_address import AddressRefused, addresses, is_public, look_up


def of(host: str, *found: str) -> list[str]:
    return asyncio.run(addresses(host, 443, lambda *_: list(found)))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::101:101", "2a01:4f8::1"],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)
    assert of("hub.example.org", address) == [address]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:53aa:64c:0:0:80ff:fffe",
        "2001:db8::1",
        "no address",
    ],
)
def test_a_name_may_not_lead_into_the_own_network_or_nowhere(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(AddressRefused, match=r"hub\.example\.org leads to .* no public address"):
        of("hub.example.org", "1.1.1.1", address)


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.1.7", "::1", "fd00::7"])
def test_an_address_in_the_settings_is_the_operators_own_choice(address: str) -> None:
    assert of(address, "1.1.1.1") == [address]


def test_localhost_is_the_loopback_and_nothing_else() -> None:
    assert of("localhost", "127.0.0.1", "::1") == ["127.0.0.1", "::1"]
    with pytest.raises(AddressRefused):
        of("localhost", "127.0.0.1", "1.1.1.1")
    with pytest.raises(AddressRefused):
        of("localhost.example.org", "127.0.0.1")


def test_a_name_without_an_address_is_an_error_and_one_with_many_is_cut() -> None:
    with pytest.raises(OSError, match="has no address"):
        of("hub.example.org")
    assert len(of("hub.example.org", *(f"1.1.1.{number}" for number in range(200)))) == 4


def test_the_system_is_asked() -> None:
    assert set(look_up("localhost", 80)) <= {"127.0.0.1", "::1"}
    with pytest.raises(OSError, match=r"."):
        look_up("nowhere.invalid", 80)


def test_a_look_up_that_hangs_is_left_behind() -> None:
    over = threading.Event()

    def resolve(*_: object) -> list[str]:
        over.wait(60)
        return ["1.1.1.1"]

    async def ask() -> None:
        async with asyncio.timeout(0.1):
            await addresses("hub.example.org", 80, resolve)

    with pytest.raises(TimeoutError):
        asyncio.run(ask())
    over.set()
