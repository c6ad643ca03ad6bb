"""The web as a source: the official addresses, or an address that mirrors them."""

import datetime as dt
import os
import re
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from urllib3.util import parse_url

from assets.errors import AgisError
from assets.intake.addresses import ITS_OWN_HOST, AllowList, is_loopback
from assets.intake.fetch import Fetched, Fetcher, FetchError, Limits, NotModified, Validators
from assets.intake.offers import Obtained, Offer, found_offer, listed_offers
from assets.intake.progress import Progress, follow
from assets.registry.hosts import hosts_of, load_hosts
from assets.registry.model import Dataset

FIRST_YEAR = 2000
"""Editions found by year are looked for from here on; the oldest source at hand is of 2004."""


class WebSource:
    """The official addresses (``base`` None), or a web address that mirrors them."""

    def __init__(self, base: str | None, parts: Path | None = None) -> None:
        self.base = base
        self.name = base or "the official addresses"
        self._parts = parts
        # Whoever names a mirror may name one at a private address; no other source may.
        named = parse_url(base).host if base else None
        self._fetcher = Fetcher(pause=_pause, trusted=[named.strip("[]")] if named else [])

    def offers(self, dataset: Dataset) -> list[Offer]:
        """Every edition whose address is known; found ones are probed year by year."""
        if self.base is not None:
            base = self.base
            # A mirror need not have everything, as a folder need not.
            place = partial(_below, base)
            offers = list(listed_offers(dataset, place, guessed=True))
            if dataset.editions.found:
                offers += self._by_year(dataset, base + dataset.editions.found.mirror)
            return offers
        offers = list(listed_offers(dataset, lambda mirror, url: url))
        if dataset.editions.found and dataset.editions.found.url:
            offers += self._by_year(dataset, dataset.editions.found.url)
        snapshot = dataset.editions.snapshot
        if snapshot:
            today = dt.datetime.now(dt.UTC).date().isoformat()
            offers.append(
                Offer(dataset, today, snapshot.url, today, snapshot.layout, is_snapshot=True)
            )
        return offers

    def speaks_of(self, dataset: Dataset, edition: str) -> bool:
        """Only of editions whose address is known; earlier snapshots cannot be seen again."""
        listed, found = dataset.editions.listed.get(edition), dataset.editions.found
        known = self.base is not None
        if listed:
            return known or listed.url is not None
        by_year = re.fullmatch(r"\d{4}", edition) and int(edition) >= FIRST_YEAR
        return bool(found and by_year and (known or found.url))

    @staticmethod
    def _by_year(dataset: Dataset, template: str) -> list[Offer]:
        found = dataset.editions.found
        assert found is not None
        first = max(FIRST_YEAR, found.first_online or FIRST_YEAR)
        years = range(first, dt.datetime.now(dt.UTC).year + 1)
        return [
            found_offer(dataset, edition, template.replace("{edition}", edition), guessed=True)
            for edition in map(str, years)
            if re.fullmatch(found.pattern, edition)
        ]

    def obtain(
        self, offer: Offer, into: Path, known: Validators | None, progress: Progress
    ) -> Obtained | None:
        """Fetch over HTTP(S), conditionally where validators are known; raises FetchError."""
        name = Path(unquote(urlsplit(offer.place).path)).name or "download"
        progress.start(offer.label, None)
        result: Fetched | NotModified = self._fetcher.fetch(
            offer.place,
            into / name,
            label=offer.label,
            validators=known,
            limits=_limits(offer.dataset),
            on_bytes=follow(progress, offer.label),
            allowed=AllowList(*hosts_of(offer.dataset)) if self.base is None else ITS_OWN_HOST,
            parts=self._parts,
        )
        if isinstance(result, NotModified):
            progress.done(offer.label, "unchanged")
            return None
        progress.done(offer.label)
        return Obtained(result.path, result.sha256, url=result.url, headers=result.headers)


def _pause(host: str) -> float:
    """A mirror on this computer needs no mercy."""
    return 0.0 if is_loopback(host) else load_hosts().pause(host)


def _below(base: str, mirror: str, _url: str | None) -> str:
    return base + quote(mirror)


def _limits(dataset: Dataset) -> Limits:
    """The registry's size bound; patience from AGIS_FETCH_SECONDS and AGIS_FETCH_RETRIES."""
    usual = Limits()
    total = _setting("AGIS_FETCH_SECONDS", usual.total_seconds)
    return Limits(
        max_bytes=dataset.max_megabytes << 20,
        connect_seconds=min(usual.connect_seconds, total),
        read_seconds=min(usual.read_seconds, total),
        total_seconds=total,
        retries=int(_setting("AGIS_FETCH_RETRIES", usual.retries)),
    )


def _setting(name: str, usual: float) -> float:
    try:
        return float(os.environ.get(name, usual))
    except ValueError:
        raise AgisError(f"{name}: expected a number, found »{os.environ[name]}«.") from None


def is_absent(offer: Offer, error: FetchError) -> bool:
    """Whether a failed fetch only says that a guessed edition does not exist."""
    return offer.may_be_absent and error.status in (404, 410)
