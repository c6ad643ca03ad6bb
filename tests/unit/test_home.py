"""One home, one world, one writer."""

import multiprocessing
from pathlib import Path

import pytest

from assets.files import append_line, read_lines
from assets.home import HomeError, existing_home, home_for, lock, open_home, world_of


def test_a_home_is_marked_with_its_world_and_refuses_the_other(tmp_path: Path) -> None:
    env = {"AGIS_HOME": str(tmp_path / "home")}
    assert home_for("demo", env).world == "demo"
    assert existing_home(env).world == "demo"
    with pytest.raises(HomeError, match="belongs to world »demo«"):
        home_for("live", env)


def test_a_folder_of_the_demo_generator_is_of_the_demo_world(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{}")
    assert world_of(str(tmp_path)) == "demo"
    assert world_of(str(tmp_path / "other")) == "real"
    assert world_of("live") == "real"


def test_a_folder_with_other_things_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(HomeError, match="is not empty"):
        home_for("demo", {"AGIS_HOME": str(tmp_path)})
    with pytest.raises(HomeError, match=r"no home\.json"):
        existing_home({"AGIS_HOME": str(tmp_path)})


@pytest.mark.parametrize("name", ["a,b", "it's", 'a"b', "a\\b"])
def test_a_path_that_settings_would_misread_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(HomeError, match="without commas, quotation marks and backslashes"):
        home_for("demo", {"AGIS_HOME": str(tmp_path / name)})
    assert not (tmp_path / name).exists()


def _hold(root: Path, held: object, leave: object) -> None:
    with lock(open_home(root), "another refresh"):
        held.set()  # type: ignore[attr-defined]
        leave.wait(10)  # type: ignore[attr-defined]


def test_a_second_process_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    home = home_for("demo", {"AGIS_HOME": str(tmp_path / "home")})
    context = multiprocessing.get_context("spawn")
    held, leave = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(home.root, held, leave))
    other.start()
    assert held.wait(20)
    with (
        pytest.raises(HomeError, match=r"in use by another refresh \(process \d+"),
        lock(home, "a"),
    ):
        pass
    leave.set()
    with lock(home, "mine", wait_seconds=10) as first, lock(home, "nested") as second:
        assert (first, second) == (True, False)
    other.join(10)
    assert other.exitcode == 0


def test_a_log_survives_a_line_that_was_cut_off(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    append_line(log, {"n": 1})
    with log.open("a") as file:
        file.write('{"n": 2, "cut')
    append_line(log, {"n": 3})
    assert [entry["n"] for entry in read_lines(log)] == [1, 3]
