"""The registry takes an agreement only if it is whole, and says which field is wrong."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.registry import REGISTRY_DIR, RegistryError, load_dataset, load_registry

ENTRY = (REGISTRY_DIR / "demo" / "benefit_month.yml").read_text(encoding="utf-8")


def changed(tmp_path: Path, path: str, value: Any) -> Path:
    """The demo's entry with one field set, or taken away where the value is None."""
    content = yaml.safe_load(ENTRY)
    *parents, last = path.split(".")
    place = content
    for name in parents:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    written = tmp_path / "demo" / "benefit_month.yml"
    written.parent.mkdir(exist_ok=True)
    written.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return written


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("agreement", None, "agreement: status by_agreement needs it"),
        ("status", "active", "agreement: status active does not go with it"),
        ("licence.id", "CC0-1.0", "licence.id: agreement: status by_agreement needs it"),
        ("editions", {"listed": {"2022": {"mirror": "a.csv"}}}, "editions.inbox: status"),
        ("editions.listed", {"2022": {"mirror": "a.csv"}}, "inbox stands alone"),
        ("editions.inbox.period_column", "day", "period_column: expected columns, found day"),
        ("editions.inbox.control_totals", ["month"], "expected columns of whole numbers"),
        ("agreement.reference", None, "field agreement.reference: Field required"),
        ("agreement.expires", None, "field agreement.expires: Field required"),
        ("agreement.expires", "2021-01-01", "expires (2021-01-01) is not after concluded"),
        ("agreement.access", "secret", "field agreement.access"),
        ("agreement.access", "internal", "permitted_use must name publication where"),
        ("agreement.disclosure", None, "disclosure goes with access public or restricted"),
        ("agreement.disclosure.minimum", 1, "field agreement.disclosure.minimum"),
        ("agreement.disclosure.counts", ["people"], "disclosure.counts: expected columns of"),
        ("agreement.disclosure.levels", ["street"], "field agreement.disclosure.levels.0"),
        ("agreement.permitted_use", [], "field agreement.permitted_use"),
        ("agreement.periods.last", "2020-01", "first (2022-01) is after last (2020-01)"),
        ("agreement.after_expiry", "forget", "field agreement.after_expiry"),
        ("agreement.contact", None, "field agreement.contact"),
        ("agreement.person", "Jan Novák", "field agreement.person"),
        ("columns.benefit.pattern", None, "columns.benefit: text by agreement needs a pattern"),
        ("world", "imagined", "field world"),
    ],
)
def test_a_mistake_in_an_agreement_is_named(
    tmp_path: Path, path: str, value: Any, expected: str
) -> None:
    with pytest.raises(RegistryError) as error:
        load_dataset(changed(tmp_path, path, value), tmp_path)
    assert "demo/benefit_month.yml" in str(error.value)
    assert expected in str(error.value)


def test_an_agreement_without_its_parties_is_refused(tmp_path: Path) -> None:
    parties = [{"role": "provider", "name": {"cs": "a", "en": "a"}}] * 2
    with pytest.raises(RegistryError, match="parties names no recipient"):
        load_dataset(changed(tmp_path, "agreement.parties", parties), tmp_path)


def test_no_agreement_is_claimed_in_the_real_world() -> None:
    """Whoever concludes the first real one changes this test with it."""
    claimed = {d.id: d.world for d in load_registry().values() if d.agreement}
    assert claimed == {"demo__benefit_month": "demo"}
