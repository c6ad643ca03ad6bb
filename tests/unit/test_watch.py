"""Notices, feed and metrics: what is told, once, and without a secret in sight."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from assets.files import append_line
from assets.home import Home
from assets.landing import Landing, Sighting
from orchestration import jobs, refresh
from orchestration.release import feed, ledger
from orchestration.watch import metrics, report
from orchestration.watch.notices import Notice, tell
from tests.homes import add_release, new_home
from tests.receiver import Receiver, receiving

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "home")


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as listening:
        monkeypatch.setenv("AGIS_NOTIFY", listening.address)
        monkeypatch.setenv("AGIS_UI_URL", "https://agis.example/ui/")
        yield listening


def test_a_release_is_told_once_with_the_link_into_the_ui(home: Home, receiver: Receiver) -> None:
    add_release(home, "2026.11.1")
    assert report.after_run(home) == []
    assert report.after_run(home) == []
    assert receiver.told() == ["AGIS (demo): Release 2026.11.1 is published"]
    assert "See: https://agis.example/ui/assets/release/release" in receiver.messages[0]["message"]
    add_release(home, "2026.11.2")
    report.after_run(home)
    assert receiver.told()[1:] == ["AGIS (demo): Release 2026.11.2 is published"]


def test_an_overdue_source_is_told_once_for_each_edition(
    tmp_path: Path, receiver: Receiver
) -> None:
    home = new_home(tmp_path / "real", "real")

    def see(day: str) -> None:
        seen = Sighting("csu__population", day[:4], "0" * 64, day, "folder", day, None)
        Landing(home).note_seen("csu__population", [seen])

    see("2019-01-01")
    assert report.after_run(home) == report.after_run(home) == []
    assert receiver.told() == ["AGIS: csu__population is overdue"]
    assert "edition after 2019 is expected by 2020" in receiver.messages[0]["message"]
    see("2020-01-01")
    report.after_run(home)
    assert len(receiver.told()) == 2


def test_a_channel_that_fails_is_said_without_its_secret_and_tried_again(
    home: Home, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    add_release(home, "2026.11.1")
    receiver.status = 500
    (problem,) = report.after_run(home)
    assert problem.startswith("Not told: channel 1 of AGIS_NOTIFY (json) did not take the notice")
    assert "s3cret-word" not in problem + caplog.text
    receiver.status = 200
    assert report.after_run(home) == []
    assert len(receiver.told()) == 1


def test_one_dead_channel_does_not_keep_another_from_being_told(
    home: Home, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    dead = "json://watcher:s3cret-word@127.0.0.1:9/hook"
    unknown = "nosuchservice://s3cret-word@host"
    monkeypatch.setenv("AGIS_NOTIFY", f"{dead}, {unknown} {receiver.address}")
    notice = Notice("run-failure", "The run land failed", "here", "a reason", "/runs")
    problems = tell(home, [notice])
    assert len(problems) == 2, problems
    assert "channel 1 of AGIS_NOTIFY (json)" in problems[0]
    assert "channel 2 of AGIS_NOTIFY (nosuchservice)" in problems[1]
    assert receiver.told() == ["AGIS (demo): The run land failed"]
    out, err = capfd.readouterr()
    assert "s3cret-word" not in out + err + "".join(problems)


def test_a_closed_gate_is_told_once_for_each_build_and_a_failure_each_time(
    home: Home, receiver: Receiver
) -> None:
    for build in ("b1", "b1", "b2"):
        refresh._failed(home, refresh.GateClosed("Nothing published: a total is off.", build))
    for _ in range(2):
        refresh._failed(home, refresh.RefreshError("Nothing published: no file.", "run-7"))
    assert receiver.told() == [
        *["AGIS (demo): Nothing published"] * 2,
        *["AGIS (demo): The run refresh failed"] * 2,
    ]
    assert "Why: Nothing published: a total is off." in receiver.messages[0]["message"]
    assert "https://agis.example/ui/runs/run-7" in receiver.messages[2]["message"]


def test_dagsters_failure_sensor_tells_too(
    home: Home, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGIS_HOME", str(home.root))

    @dg.op
    def breaks() -> None:
        raise dg.Failure("The heading has another word.", allow_retries=False)

    @dg.job
    def land() -> None:
        breaks()

    with dg.DagsterInstance.ephemeral() as instance:
        ended = land.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="write_reason",
            dagster_event=ended.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=ended.dagster_run,
        ).for_run_failure()
        jobs.write_reason(context)
    assert receiver.told() == ["AGIS (demo): The run land failed"]
    assert "The heading has another word." in receiver.messages[0]["message"]
    assert f"/ui/runs/{ended.run_id}" in receiver.messages[0]["message"]


def test_the_feed_says_what_was_published_and_withdrawn_and_is_always_the_same(home: Home) -> None:
    assert not feed.write(home)
    add_release(home, "2026.11.1")
    add_release(home, "2026.11.2", "more")
    ledger.roll_back(home, "2026.11.1", "A column was read wrongly.")
    assert feed.write(home)
    written = (home.releases / "feed.atom").read_bytes()
    assert not feed.write(home)
    (home.releases / "feed.atom").unlink()
    assert feed.write(home)
    assert (home.releases / "feed.atom").read_bytes() == written

    root = ET.fromstring(written)
    titles = [e.findtext(f"{ATOM}title") for e in root.iter(f"{ATOM}entry")]
    demo = " (demo: an invented country)"
    expected = ("Back to release 2026.11.1", "Release 2026.11.2", "Release 2026.11.1")
    assert titles == [title + demo for title in expected]
    assert "A column was read wrongly." in str(root.findtext(f"{ATOM}entry/{ATOM}summary"))
    for entry in root.iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert (home.releases / link.attrib["href"]).is_file()
    assert len({e.findtext(f"{ATOM}id") for e in root.iter(f"{ATOM}entry")}) == 3


def test_metrics_are_what_prometheus_reads(home: Home) -> None:
    add_release(home, "2026.11.1")
    for outcome in ("published", "failed"):
        line = {"at": "2026-11-02T04:30:00Z", "job": "refresh", "outcome": outcome, "why": ""}
        append_line(home.root / "refreshes.jsonl", line)
    report.after_run(home)
    written = (home.root / "metrics" / "agis.prom").read_text(encoding="utf-8")
    assert written == metrics.text(home)
    samples = {
        (s.name, tuple(sorted(s.labels.items()))): s.value
        for family in text_string_to_metric_families(written)
        for s in family.samples
    }
    assert samples["agis_run_success", (("job", "refresh"), ("outcome", "failed"))] == 0
    assert samples["agis_release_rows", (("table", "territory"),)] == 7
    assert samples["agis_release_published_timestamp_seconds", ()] == 1793507400
    assert samples["agis_datasets", (("state", "no_data"),)] > 0
    assert samples["agis_releases", ()] == 1
    assert list((home.root / "metrics").iterdir()) == [home.root / "metrics" / "agis.prom"]
