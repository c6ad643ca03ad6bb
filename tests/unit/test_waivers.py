"""Waivers: for a reason, by an owner, until a day, and never for what protects people."""

import datetime as dt
from pathlib import Path

import pytest

from assets.registry import RegistryError
from checks.verdict import Outcome, Verdict
from checks.waivers import Waiver, applied, expired, waivers
from orchestration.release.audit import _with_waivers, forbids

DAY = dt.date(2026, 12, 31)


def verdict(check: str = "tables.coverage", outcome: Outcome = "failed") -> Verdict:
    return Verdict(check, "a table", "A check", "error", outcome, "x", "y", "Mend it.")


def waiver(check: str = "tables.coverage", subject: str = "all", expires: dt.date = DAY) -> Waiver:
    return Waiver(
        world="real",
        check=check,
        subject=subject,
        reason="Known.",
        owner="Jana Nováková",
        expires=expires,
    )


def test_a_waiver_holds_to_the_end_of_its_day() -> None:
    known = [waiver()]
    assert applied(verdict(), known, DAY) == known[0]
    assert expired(verdict(), known, DAY) is None
    assert applied(verdict(), known, DAY + dt.timedelta(days=1)) is None
    assert expired(verdict(), known, DAY + dt.timedelta(days=1)) == known[0]


def test_it_covers_its_check_and_subject_only() -> None:
    assert applied(verdict("tables.other"), [waiver()], DAY) is None
    assert applied(verdict(), [waiver(subject="another table")], DAY) is None
    assert applied(verdict(), [waiver(subject="a table")], DAY) is not None


@pytest.mark.parametrize("outcome", ["crashed", "missing"])
def test_what_was_not_carried_out_cannot_be_waived(outcome: str) -> None:
    assert applied(verdict(outcome=outcome), [waiver()], DAY) is None


@pytest.mark.parametrize(
    "check",
    [
        "tables.agreement_small_counts",
        "tables.agreement_in_force",
        "tables.disclosure_minimum",
        "tables.hidden_cells_attack",
        "dbt.small_counts_are_hidden",
    ],
)
def test_what_protects_people_and_agreements_is_never_waived(check: str, tmp_path: Path) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(
        f"- {{world: real, check: {check}, subject: all, reason: r, owner: o, expires: 2099-01-01}}"
    )
    with pytest.raises(RegistryError, match=f"checks/waivers.yml.*found {check}, which never is"):
        waivers("real", path)
    # Nor if it came by another way than the file.
    forced = waiver().model_copy(update={"check": check})
    assert applied(verdict(check), [forced], DAY) is None


def test_the_audit_lets_through_what_is_waived_and_says_what_has_expired() -> None:
    failed, other = verdict(), verdict("tables.other")
    judged, used = _with_waivers([failed, other], [waiver()], DAY)
    assert [v.waived for v in judged] == ["Known. (Jana Nováková, until 2026-12-31)", ""]
    assert [forbids(v.outcome, v.severity, v.waived) for v in judged] == [False, True]
    assert used == [waiver()]
    judged, used = _with_waivers([failed], [waiver()], DAY + dt.timedelta(days=1))
    assert forbids(judged[0].outcome, judged[0].severity, judged[0].waived)
    assert judged[0].remedy == "Its waiver expired on 2026-12-31. Mend it."
    assert used == []


def test_a_waiver_without_owner_or_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(
        "- {world: real, check: a, subject: all, reason: '', owner: o, expires: 2027-01-01}"
    )
    with pytest.raises(RegistryError, match="reason"):
        waivers("real", path)


def test_the_shipped_waivers_can_be_read() -> None:
    for world in ("real", "demo"):
        assert all(w.owner for w in waivers(world))
