"""A refresh tells what is new, and a dead channel changes nothing about how it ends."""

import shutil
from pathlib import Path

from tests.integration.conftest import Agis
from tests.receiver import receiving


def test_a_refresh_tells_of_its_release_and_says_which_channel_is_dead(
    small_demo: tuple[Path, Agis], tmp_path: Path
) -> None:
    sources, made = small_demo
    shutil.copytree(made.home, tmp_path / "home", symlinks=True)
    agis = Agis(tmp_path / "home")
    shutil.rmtree(agis.home / "watch", ignore_errors=True)
    with receiving() as receiver:
        dead = "json://watcher:s3cret-word@127.0.0.1:9/hook"
        channels = {"AGIS_NOTIFY": f"{dead} {receiver.address}"}
        ended = agis.refresh(sources, **channels)
        assert ended.code == 0, ended.err
        assert "Not told: channel 1 of AGIS_NOTIFY (json) did not take" in ended.out
        assert receiver.told() == [f"AGIS (demo): Release {agis.current()} is published"]
        again = agis.refresh(sources, **channels)
        assert again.code == 0
        assert len(receiver.messages) == 1
    assert "s3cret-word" not in ended.out + ended.err + again.out + again.err
    assert (agis.home / "releases" / "feed.atom").is_file()
    shown = agis.run("metrics")
    assert f'agis_release_info{{content_hash="{content(agis)}"' in shown.out
    assert shown.out == (agis.home / "metrics" / "agis.prom").read_text(encoding="utf-8")


def content(agis: Agis) -> str:
    return agis.sql("select content_hash from release")
