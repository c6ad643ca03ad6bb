"""Hosts of official addresses: which belong to one publisher, and how often each is asked."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field
from urllib3.util import parse_url

from assets.registry.base import Entry
from assets.registry.model import Dataset, Host

HOSTS_FILE = Path(__file__).with_name("hosts.yml")


class Hosts(Entry):
    """The content of ``hosts.yml``."""

    domains: list[list[Host]]
    pause_seconds: dict[str, Annotated[float, Field(ge=0)]]

    def pause(self, host: str) -> float:
        """Seconds between two requests to this host."""
        return self.pause_seconds.get(host, self.pause_seconds["default"])

    def domains_with(self, host: str) -> list[str]:
        """All domains of the publisher to whom this host belongs; empty where none is named."""
        return [
            domain
            for group in self.domains
            if any(host == one or host.endswith(f".{one}") for one in group)
            for domain in group
        ]


@cache
def load_hosts() -> Hosts:
    """The hosts that the registry knows; raises RegistryError."""
    from assets.registry import read_document

    return read_document(HOSTS_FILE, Hosts.model_validate, HOSTS_FILE.name)


def hosts_of(dataset: Dataset) -> tuple[frozenset[str], frozenset[str]]:
    """Hosts and domains to which redirects from a dataset's addresses may lead."""
    editions = dataset.editions
    addresses = [dataset.landing_page, *(e.url for e in editions.listed.values())]
    addresses += [part.url for part in (editions.found, editions.snapshot) if part]
    named = {parse_url(address).host or "" for address in addresses if address}
    hosts = {host.removeprefix("www.") for host in named if host} | set(dataset.redirect_hosts)
    known = load_hosts()
    return frozenset(hosts), frozenset(d for host in hosts for d in known.domains_with(host))
