"""Whom the intake asks, how often, and whom it never does."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import urllib3.util.connection

from assets.intake.addresses import AllowList
from assets.intake.fetch import Fetched, Fetcher, FetchError, Limits
from assets.intake.peers import is_public
from assets.intake.web import WebSource
from assets.registry import load_registry
from assets.registry.hosts import hosts_of, load_hosts
from tests.misbehaving_server import MisbehavingServer
from tests.unit.test_readers import dataset

LABEL = "Recipients of benefits, edition 2024"
HERE = ["127.0.0.1", "localhost"]
QUICK = Limits(read_seconds=0.3, total_seconds=5, retries=1, backoff_seconds=0.001)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MisbehavingServer]:
    served = tmp_path / "served"
    served.mkdir()
    (served / "a.csv").write_bytes(b"code\n1\n")
    with MisbehavingServer(served) as running:
        yield running


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


# Where redirects may lead


def test_a_redirect_to_a_host_of_no_list_is_refused_naming_both(
    server: MisbehavingServer, into: Path
) -> None:
    server.misbehave("/old", f"redirect:{server.url('/a.csv', host='localhost')}")
    with Fetcher(trusted=HERE) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/old"), into, label=LABEL, limits=QUICK)
    message = str(caught.value)
    assert "expected a redirect within 127.0.0.1, but it redirects to localhost: http://" in message
    assert message.endswith("(tried once).")
    assert [request.path for request in server.requests] == ["/old"]
    assert not into.exists()


def test_a_chain_may_not_wander_off_at_its_second_step(
    server: MisbehavingServer, into: Path
) -> None:
    server.misbehave("/old", f"redirect:{server.url('/next', host='localhost')}")
    server.misbehave("/next", "redirect:https://elsewhere.example/a.csv")
    allowed = AllowList(hosts=frozenset({"localhost"}))
    with Fetcher(trusted=HERE) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/old"), into, label=LABEL, limits=QUICK, allowed=allowed)
    assert "within 127.0.0.1 or a host of the registry (localhost)" in str(caught.value)
    assert "it redirects to elsewhere.example: https://elsewhere.example/a.csv" in str(caught.value)


def test_another_port_is_another_service(server: MisbehavingServer, into: Path) -> None:
    server.misbehave("/old", "redirect:http://127.0.0.1:9/a.csv")
    with Fetcher(trusted=HERE) as fetcher, pytest.raises(FetchError, match="a redirect within"):
        fetcher.fetch(server.url("/old"), into, label=LABEL, limits=QUICK)


@pytest.mark.parametrize(
    ("host", "permitted"),
    [
        ("apl2.czso.cz", True),
        ("www.czso.cz", True),
        ("data.csu.gov.cz", True),
        ("csu.gov.cz", True),
        ("notcsu.gov.cz", False),
        ("gov.cz", False),
        ("mf.gov.cz", False),
        ("csu.gov.cz.example.org", False),
        ("storage.example.org", True),
        ("www.storage.example.org", True),
        ("deep.storage.example.org", False),
        ("", False),
    ],
)
def test_hosts_of_a_dataset(host: str, permitted: bool) -> None:
    entry = dataset(
        landing_page="https://apl2.czso.cz/iSMS/cisdata.jsp?kodcis=43",
        redirect_hosts=["storage.example.org"],
    )
    assert AllowList(*hosts_of(entry)).permits(host) is permitted


def test_every_official_address_may_lead_to_its_own_host_and_never_to_all_of_gov_cz() -> None:
    for entry in load_registry().values():
        allowed = AllowList(*hosts_of(entry))
        parts = [*entry.editions.listed.values(), entry.editions.found, entry.editions.snapshot]
        for address in [entry.landing_page, *(p.url for p in parts if p)]:
            host = re.match(r"https://([^/]+)", address or "https://x/")
            assert host, f"{entry.id}: {address} is not https"
            assert allowed.permits(host[1]) or address is None, entry.id
        assert not allowed.permits("data.gov.cz") or "data.gov.cz" in entry.landing_page


# Addresses that are never asked


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1"])
def test_this_computer_is_not_asked_unless_it_was_named(
    server: MisbehavingServer, into: Path, host: str
) -> None:
    with Fetcher() as fetcher, pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/a.csv", host=host), into, label=LABEL, limits=QUICK)
    assert server.requests == []
    if host != "127.1":  # no literal address by the book, so it is plain http to elsewhere
        assert f"a public address of {host}, but 127.0.0.1 is private" in str(caught.value)
        assert str(caught.value).endswith("(tried once).")


Resolve = Callable[..., list[Any]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Host name → the answers of the name service, one after the other; the last one stays."""
    real: Resolve = socket.getaddrinfo
    answers: dict[str, list[list[str]]] = {}

    def resolve(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        if host not in answers:
            return real(host, port, *args, **more)
        given = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in given]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return answers


def test_a_public_name_of_a_private_address_is_not_asked(
    names: dict[str, list[list[str]]], into: Path
) -> None:
    for addresses in (["192.168.1.1"], ["93.184.216.34", "169.254.169.254"]):
        names["data.example"] = [addresses]
        with Fetcher() as fetcher, pytest.raises(FetchError) as caught:
            fetcher.fetch("https://data.example/a.csv", into, label=LABEL, limits=QUICK)
        expected = f"a public address of data.example, but {addresses[-1]} is private"
        assert expected in str(caught.value)


def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    names: dict[str, list[list[str]]], into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names["data.example"] = [["93.184.216.34", "93.184.216.35"], ["127.0.0.1"]]
    asked: list[str] = []

    def connect(address: tuple[str, int], *args: Any, **more: Any) -> socket.socket:
        asked.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    with Fetcher() as fetcher, pytest.raises(FetchError, match="Connection refused"):
        fetcher.fetch("https://data.example/a", into, label=LABEL, limits=Limits(retries=0))
    assert asked == ["93.184.216.34", "93.184.216.35"]
    assert names["data.example"] == [["127.0.0.1"]], "the name was asked for once"


def test_a_redirect_to_a_private_address_is_not_followed_even_where_allowed(
    names: dict[str, list[list[str]]], server: MisbehavingServer, into: Path
) -> None:
    names["inside.example"] = [["10.0.0.7"]]
    server.misbehave("/old", "redirect:https://inside.example/a.csv")
    allowed = AllowList(hosts=frozenset({"inside.example"}))
    with Fetcher(trusted=HERE) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.fetch(server.url("/old"), into, label=LABEL, limits=QUICK, allowed=allowed)
    assert "a public address of inside.example, but 10.0.0.7 is private" in str(caught.value)


def test_only_the_mirror_that_was_named_may_be_private(server: MisbehavingServer) -> None:
    mirror, live = WebSource(server.url("/")), WebSource(None)
    assert mirror._fetcher._trusted == {"127.0.0.1"}
    assert live._fetcher._trusted == frozenset()


# How often


def test_a_pause_between_two_requests_to_a_host(server: MisbehavingServer, into: Path) -> None:
    server.misbehave("/old", "redirect:/a.csv")
    with Fetcher(trusted=HERE, pause=lambda host: 0.15) as fetcher:
        for path in ("/old", "/a.csv"):
            fetcher.fetch(server.url(path), into, label=LABEL, limits=QUICK)
    starts = [request.began for request in server.requests]
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert len(gaps) == 2
    assert all(0.14 <= gap < 1 for gap in gaps), gaps


def test_a_pause_holds_for_its_host_only(server: MisbehavingServer, into: Path) -> None:
    began = time.monotonic()
    with Fetcher(trusted=HERE, pause=lambda host: 5.0) as fetcher:
        for host in HERE:
            fetcher.fetch(server.url("/a.csv", host=host), into, label=LABEL, limits=QUICK)
    assert time.monotonic() - began < 2


def test_the_declared_pause() -> None:
    hosts = load_hosts()
    assert hosts.pause("csu.gov.cz") == 0.15
    assert hosts.pause("kriminalita.policie.gov.cz") == 2


def test_a_host_that_asked_to_be_left_alone_is_left_alone_by_the_next_file_too(
    server: MisbehavingServer, into: Path
) -> None:
    server.misbehave("/a.csv", "status:429:3600", times=1)
    with Fetcher(trusted=HERE) as fetcher:
        with pytest.raises(FetchError, match="429 Too Many Requests; waiting 3,600 s"):
            fetcher.fetch(server.url("/a.csv"), into, label=LABEL, limits=QUICK)
        with pytest.raises(FetchError, match=r"it asked to be left alone for another 3,600 s"):
            fetcher.fetch(server.url("/a.csv"), into, label=LABEL, limits=QUICK)
        assert len(server.requests) == 1
        elsewhere = server.url("/a.csv", host="localhost")
        assert isinstance(fetcher.fetch(elsewhere, into, label=LABEL, limits=QUICK), Fetched)
