"""Nothing disappears unnoticed: only what was acknowledged, with a reason."""

import datetime as dt
from pathlib import Path

import pytest

from assets.files import write_json
from assets.home import Home
from assets.registry import EXTRA_VARIABLE, RegistryError, load_registry
from assets.registry.acknowledged import Acknowledged, acknowledged
from assets.registry.model import Licence
from checks.disappeared import gone, judge, unacknowledged
from orchestration.builds import Build
from orchestration.release import disappeared

RELEASED = [("csu__population", "2023"), ("csu__population", "2024"), ("ekcr__old", "2021")]
DAY = dt.date(2026, 11, 22)


def entry(dataset: str, edition: str) -> Acknowledged:
    return Acknowledged(
        world="real", dataset=dataset, edition=edition, reason="cancelled", acknowledged_on=DAY
    )


def test_an_edition_that_the_release_had_must_be_there() -> None:
    missing = gone(RELEASED, [("csu__population", "2024"), ("csu__population", "2025")])
    assert missing == [("csu__population", "2023"), ("ekcr__old", "2021")]
    verdict = judge(missing, [], "2026.11.1")
    assert (verdict.outcome, verdict.severity, verdict.row_count) == ("failed", "error", 2)
    assert verdict.sentence() == (
        "Nothing disappeared (raw tables): expected every edition of release 2026.11.1, found no "
        "longer there: csu__population, edition 2023, ekcr__old, edition 2021."
    )


def test_what_is_acknowledged_may_go_with_its_reason() -> None:
    missing = [("csu__population", "2023"), ("ekcr__old", "2021")]
    one = [entry("csu__population", "2023"), entry("ekcr__old", "2020")]
    assert unacknowledged(missing, one) == [("ekcr__old", "2021")]
    both = [entry("csu__population", "2023"), entry("ekcr__old", "all")]
    verdict = judge(missing, both, "2026.11.1")
    assert verdict.passed
    assert "ekcr__old, edition 2021 (cancelled)" in verdict.found


def test_nothing_can_disappear_before_the_first_release() -> None:
    assert judge(gone([], RELEASED), [], None).passed


def test_the_shipped_register_is_readable_and_names_real_datasets() -> None:
    known = load_registry()
    for world in ("real", "demo"):
        assert all(e.dataset in known for e in acknowledged(world))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {world: real, dataset: d, edition: all, reason: '', acknowledged_on: 2026-01-01}",
         r"field 0\.reason"),
        ("- {world: real, dataset: d, edition: all, acknowledged_on: 2026-01-01}", r"0\.reason"),
        ("- {world: moon, dataset: d, edition: all, reason: r, acknowledged_on: 2026-01-01}",
         r"0\.world"),
        ("- [", "not readable YAML"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_register_names_the_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    (tmp_path / "acknowledged.yml").write_text(text)
    monkeypatch.setenv(EXTRA_VARIABLE, str(tmp_path))
    with pytest.raises(RegistryError, match=words):
        acknowledged("real")


def test_what_the_registry_takes_out_by_rule_is_not_held_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agreement that ends or a licence that forbids must never keep the old release up."""
    home = Home(tmp_path, "real")
    release = home.releases / "2026.11.1"
    sources = [
        {"dataset": name, "edition": "2024"}
        for name in ("csu__population", "mf__rent_map", "ekcr__distraint_by_name", "csu__removed")
    ]
    write_json(release / "manifest.json", {"release": release.name, "sources": sources})
    (home.releases / "current").symlink_to(release.name)
    build = Build(home, "of-a-test")
    write_json(build.root / "inputs.json", {"inputs": []})
    known = dict(load_registry())
    by_agreement = {"status": "by_agreement"}
    forbidden = {"licence": Licence(id="forbidden", attribution="")}
    known["mf__rent_map"] = known["mf__rent_map"].model_copy(update=by_agreement)
    name = "ekcr__distraint_by_name"
    known[name] = known[name].model_copy(update=forbidden)
    monkeypatch.setattr(disappeared, "load_registry", lambda: known)
    assert disappeared.open_editions(build) == ["csu__population 2024", "csu__removed 2024"]
    assert disappeared.judge(build).row_count == 2
