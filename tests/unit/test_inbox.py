"""The inbox: what holds is taken whole, what does not stays with one sentence why."""

import datetime as dt
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from assets.agreements import left_out
from assets.home import Home
from assets.intake import current_inputs, pull, read_raw
from assets.intake.folder import FolderSource
from assets.intake.identifiers import is_birth_number
from assets.intake.inbox import Inbox, refusals
from assets.intake.progress import progress
from assets.landing import Landing, Sighting
from assets.registry import load_registry
from tests.deliveries import DATASET, HEADER, deliver, table

REGISTRY = load_registry()
ENTRY = REGISTRY[DATASET]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home", "demo")
    made.root.mkdir()
    return made


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, dt.date(2026, 6, 1))


def on_day(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    for module in ("assets.intake.delivery", "assets.intake"):
        monkeypatch.setattr(f"{module}.today", lambda: day)


def drop(home: Home, *arguments: Any, name: str = "first", **changes: Any) -> Path:
    return deliver(home.inbox / DATASET / name, *arguments, **changes)


def take(home: Home) -> list[Sighting]:
    # The inbox is looked into whatever the sources are: this folder has nothing.
    with progress() as shown:
        return pull(home, FolderSource(home.root / "no-such-folder"), ENTRY, shown)


def why(home: Home) -> str:
    (sentence,) = refusals(home, REGISTRY)
    return sentence


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_complete_delivery_lands_with_its_receipt_and_leaves_the_inbox(home: Home) -> None:
    folder = drop(home)
    (seen,) = take(home)
    assert (seen.edition, seen.where, seen.reference_date) == ("2024", "the inbox", "2024-01-01")
    receipt = Landing(home).receipt(DATASET, "2024", seen.sha256)
    assert receipt
    assert receipt.url == f"inbox:{DATASET}/figures.csv"
    assert receipt.headers["agreement"] == "DEMO-MPS-2021/0417"
    assert receipt.headers["total-persons"] == "720"
    assert Landing(home).file(receipt).read_text() == table()
    assert not folder.exists()
    assert refusals(home, REGISTRY) == []
    # An empty inbox says nothing: the edition stays in force.
    assert [s.edition for s in take(home)] == ["2024"]
    assert [i.edition for i in current_inputs(home, REGISTRY)] == ["2024"]


def test_only_the_owner_can_read_what_was_handed_over(home: Home) -> None:
    assert take(home) == []  # makes the inbox
    drop(home)
    (seen,) = take(home)
    raw, _ = read_raw(home, ENTRY, seen)
    assert mode(home.inbox) == mode(home.inbox / DATASET) == 0o700
    for root in (home.landing / DATASET, home.raw / DATASET):
        assert mode(root) == 0o700
    landed = home.landing / DATASET / "2024" / seen.sha256
    assert mode(landed / "figures.csv") == 0o600
    assert mode(raw.path) == mode(raw.path.with_suffix(".json")) == 0o600
    # Other datasets stay as readable as before.
    assert mode(home.landing) & 0o055


def test_a_group_may_be_let_into_the_inbox_and_never_everybody(home: Home) -> None:
    take(home)
    (home.inbox / DATASET).chmod(0o777)
    take(home)
    assert mode(home.inbox / DATASET) == 0o770


def test_a_delivery_without_its_note_is_still_under_way(home: Home) -> None:
    (drop(home) / "delivery.yml").unlink()
    assert take(home) == []
    assert refusals(home, REGISTRY) == []


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "hash": ({"sha256": "0" * 64}, "figures.csv: expected sha-256 0000"),
    "agreement": ({"agreement": "OTHER-1"}, "expected DEMO-MPS-2021/0417, found OTHER-1"),
    "dataset": ({"dataset": "demo__other"}, "field dataset: expected demo__benefit_month"),
    "provider": ({"delivered_by": "Somebody"}, "expected Smyšlené ministerstvo práce"),
    "too early": ({"delivered_on": "2020-01-01"}, "expected a day from 2021-11-30"),
    "future": ({"delivered_on": "2026-06-02"}, "to 2026-06-01 (today), found 2026-06-02"),
    "period": ({"period": {"first": "2021-12", "last": "2024-12"}}, "from 2022-01 to 2026-12"),
    "other months": ({"period": {"first": "2024-02", "last": "2024-12"}}, "found 2024-01 to"),
    "edition": ({"edition": "spring"}, "field edition: expected an edition of the form"),
    "rows": ({"rows": 25}, "figures.csv: expected 25 rows as in the note, found 24"),
    "totals": (
        {"totals": {"persons": 721, "benefits": 480, "amount_czk": 2160000}},
        "a total of persons of 721 as in the note, found 720",
    ),
    "no totals": ({"totals": {"persons": 720}}, "field totals: expected amount_czk, benefits"),
    "path": ({"file": "../figures.csv"}, "delivery.yml is not valid: field files.0.file"),
    "absent": ({"file": "other.csv"}, "expected every file beside it, found no figures.csv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_hold_is_refused_in_one_sentence_and_stays(home: Home, case: str) -> None:
    changes, expected = REFUSED[case]
    folder = drop(home, **changes)
    assert take(home) == []
    assert expected in why(home)
    assert why(home).startswith(f"inbox/{DATASET}/first: ")
    assert {p.name for p in folder.iterdir()} == {"figures.csv", "delivery.yml", "refused.txt"}
    assert not list(home.landing.rglob("receipt.json"))


CONTENT = {
    "unknown column": (table().replace("CASTKA_KC", "CASTKA_KC;KRAJ"), "unexpected »KRAJ«"),
    "birth number": (
        table().replace("600011;2024-01", "805101/1234;2024-01"),
        "found a birth number (rodné číslo) in row 2, column »OBEC_KOD«",
    ),
    "birth number without stroke": (
        table().replace("600011;2024-03", "8001011238;2024-03"),
        "found a birth number (rodné číslo) in row 4",
    ),
    "name": (
        "\n".join(f"{line};x" for line in table().splitlines()).replace("_KC;x", "_KC;Příjmení"),
        "column »Příjmení«, whose heading asks for personal data",
    ),
    "free text": (table().replace("600029;2024-05", "Novák;2024-05"), "found something else"),
    "no data": (HEADER + "\n", "files.0.rows"),
}


@pytest.mark.parametrize("case", CONTENT)
def test_content_that_does_not_belong_is_refused_at_the_door(home: Home, case: str) -> None:
    text, expected = CONTENT[case]
    drop(home, text)
    assert take(home) == []
    assert expected in why(home)
    assert not list(home.landing.rglob("receipt.json"))
    # The sentence goes to logs: no cell of the delivery stands in it.
    for cell in ("805101", "8001011238", "Novák"):
        assert cell not in why(home)


def test_a_refused_delivery_is_taken_once_it_is_mended(home: Home) -> None:
    drop(home, rows=23)
    assert take(home) == []
    folder = drop(home)
    assert [s.edition for s in take(home)] == ["2024"]
    assert not folder.exists()
    assert refusals(home, REGISTRY) == []


def test_a_file_that_the_note_does_not_name_is_refused(home: Home) -> None:
    (drop(home) / "persons.xlsx").write_text("x")
    assert take(home) == []
    assert "found no persons.xlsx" in why(home)


def test_a_link_is_not_followed(home: Home, tmp_path: Path) -> None:
    folder = drop(home)
    (folder / "figures.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "figures.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert take(home) == []
    assert "expected a file beside its note, found none" in why(home)


def test_nothing_lands_when_one_of_two_files_is_bad(home: Home) -> None:
    folder = drop(home)
    note = json.loads((folder / "delivery.yml").read_text())
    (folder / "second.csv").write_text(table(2025))
    note["files"].append(note["files"][0] | {"file": "second.csv", "edition": "2025"})
    (folder / "delivery.yml").write_text(json.dumps(note))
    assert take(home) == []
    assert "second.csv: expected sha-256" in why(home)
    assert not list(home.landing.rglob("receipt.json"))


def test_a_later_delivery_replaces_an_earlier_one_and_never_the_other_way(home: Home) -> None:
    drop(home, table(figures=(40, 30, 1)), delivered_on="2025-04-01")
    (first,) = take(home)
    drop(home, table(figures=(50, 40, 1)), delivered_on="2025-03-01")
    assert [s.sha256 for s in take(home)] == [first.sha256]
    assert "expected 2025-04-01 or later" in why(home)
    drop(home, table(figures=(50, 40, 1)), delivered_on="2025-05-01")
    (second,) = take(home)
    assert second.sha256 != first.sha256
    assert Landing(home).receipt(DATASET, "2024", first.sha256)


def test_two_deliveries_of_one_edition_do_not_hide_each_other(home: Home) -> None:
    drop(home)
    drop(home, table(figures=(50, 40, 1)), name="second")
    assert len(take(home)) == 1
    assert "found 2024, which first brings too" in why(home)


def test_what_was_taken_but_not_removed_is_removed_the_next_time(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = drop(home)
    monkeypatch.setattr(Inbox, "remove_taken", lambda self, dataset: None)  # as if killed before
    (first,) = take(home)
    monkeypatch.undo()
    on_day(monkeypatch, dt.date(2026, 6, 1))
    (again,) = take(home)
    assert again.sha256 == first.sha256
    assert not folder.exists()


def test_an_expired_agreement_takes_nothing_and_gives_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(home)
    take(home)
    drop(home, year=2025)
    on_day(monkeypatch, dt.date(2045, 12, 31))  # the last day counts
    assert len(take(home)) == 2
    assert len(current_inputs(home, REGISTRY)) == 2
    on_day(monkeypatch, dt.date(2046, 1, 1))
    drop(home, table(2025, figures=(60, 50, 1)), year=2025)
    assert len(take(home)) == 2
    assert "found one that expired on 2045-12-31" in why(home)
    assert current_inputs(home, REGISTRY) == []
    keeping = ENTRY.model_copy(
        update={"agreement": ENTRY.agreement.model_copy(update={"after_expiry": "keep"})}  # type: ignore[union-attr] # the entry has an agreement
    )
    assert len(current_inputs(home, {DATASET: keeping})) == 2


def test_what_is_internal_stays_out_of_builds() -> None:
    assert ENTRY.agreement
    internal = ENTRY.agreement.model_copy(update={"access": "internal"})
    registry = {DATASET: ENTRY.model_copy(update={"agreement": internal})}
    day = dt.date(2026, 6, 1)
    reasons = left_out(registry, "demo", day)
    assert reasons == {DATASET: "agreement DEMO-MPS-2021/0417 is for internal use only"}
    assert left_out(REGISTRY, "demo", day) == {}


def test_the_invented_agreement_is_void_in_the_real_world(home: Home) -> None:
    real = Home(home.root, "real")
    Inbox(real).look(ENTRY)
    assert not real.inbox.exists()
    drop(real)
    assert take(real) == []
    assert "exists in world demo only" in why(real)


def test_a_delivery_for_no_dataset_is_told(home: Home) -> None:
    deliver(home.inbox / "demo__benefits" / "first")
    assert why(home) == (
        "inbox/demo__benefits/first: there is no dataset by agreement named demo__benefits."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("805101/1234", True),
        ("8001011238", True),  # divisible by 11
        ("8001011239", False),
        ("530101123", True),
        ("809901/1234", False),
        ("600011", False),
        ("2024-01", False),
        ("138000000", False),
    ],
)
def test_birth_numbers_are_told_from_other_numbers(text: str, expected: bool) -> None:
    assert is_birth_number(text) is expected


def test_a_large_amount_is_no_birth_number(home: Home) -> None:
    assert is_birth_number("530101123")
    drop(home, table(figures=(30, 20, 530101123)))
    assert len(take(home)) == 1
