"""Copies elsewhere, on a disk and in a store of objects, and homes made from them."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from assets.home import Home, HomeError, existing_home, open_home
from assets.landing import Landing, Sighting
from orchestration.offsite.copying import after_release, copy
from orchestration.offsite.restoring import restore
from orchestration.offsite.store import CopyError
from orchestration.release import feed, ledger
from tests.homes import add_release, new_home
from tests.integration import damage
from tests.integration.conftest import AGIS, Agis

AGREED = "demo__benefit_month"


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    """The address of a real server that speaks S3, on loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["file", "s3"])
def address(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    object_store: str,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A new, empty place elsewhere."""
    if request.param == "file":
        return f"file://{tmp_path}/elsewhere"
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_store)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret-word")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"agis-{time.monotonic_ns()}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(bucket)
    return f"s3://{bucket}/copies/home"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with landed files, one of them by agreement, and two releases."""
    home = new_home(tmp_path / "home")
    for dataset in ("csu__population", AGREED):
        land(home, dataset, "2023", f"rows of {dataset}\n" * 50)
    add_release(home, "2026.11.1")
    add_release(home, "2026.11.2", "more")
    ledger.roll_back(home, "2026.11.1", "A column was read wrongly.")
    feed.write(home)
    return home


def land(home: Home, dataset: str, edition: str, text: str) -> Path:
    landing = Landing(home)
    with landing.workspace() as folder:
        (folder / "table.csv").write_text(text, encoding="utf-8")
        receipt = landing.land(
            dataset, edition, folder / "table.csv", url="u", requested="r", headers={}
        )
    seen = Sighting(dataset, edition, receipt.sha256, "2026-11-01T04:00:00Z", "folder", None, None)
    landing.note_seen(dataset, [seen])
    return landing.file(receipt)


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_relative_to(root / "releases" / "current")
    }


def test_a_home_restored_from_a_copy_is_the_same(home: Home, address: str, tmp_path: Path) -> None:
    first = copy(home, address, by_agreement=True)
    assert first.written == first.files
    assert first.left_out == []
    restored, release = restore(address, tmp_path / "restored")
    expected = files(home.root)
    del expected["offsite.json"]
    expected.pop("lock", None)
    assert files(restored.root) == expected
    assert release == "2026.11.1"
    now = ledger.current(restored)
    assert now is not None
    assert now.id == "2026.11.1"
    assert ledger.holds(restored) == ledger.holds(home)
    modes = [path.stat().st_mode & 0o777 for path in now.root.iterdir()]
    assert set(modes) == {0o444}


def test_only_what_is_new_is_sent(home: Home, address: str) -> None:
    copy(home, address)
    again = copy(home, address)
    assert (again.written, again.read_again) == (0, 0)
    land(home, "csu__population", "2024", "a new edition")
    add_release(home, "2026.11.3", "new")
    third = copy(home, address)
    # two landed files, three of the release, three logs
    assert 0 < third.written <= 9
    assert third.release == "2026.11.3"
    assert copy(home, address, verify=True).read_again == third.files


def test_data_by_agreement_stay_at_home_unless_said_otherwise(
    home: Home, address: str, tmp_path: Path
) -> None:
    done = copy(home, address)
    assert done.left_out == [AGREED]
    restored, _ = restore(address, tmp_path / "restored")
    assert not (restored.landing / AGREED).exists()
    text = b"".join(files(restored.root).values()).decode()
    assert "csu__population" in text
    assert AGREED not in text
    agreed = copy(home, address, by_agreement=True)
    assert agreed.left_out == []
    again, _ = restore(address, tmp_path / "with")
    assert Landing(again).vintages(AGREED)
    folder = again.landing / AGREED
    assert {p.stat().st_mode & 0o077 for p in [folder, *folder.rglob("*")]} == {0}


def test_an_altered_byte_is_refused_in_a_sentence(home: Home, address: str, tmp_path: Path) -> None:
    copy(home, address)
    fs, root = fsspec.url_to_fs(address, skip_instance_cache=True)
    name = f"{root}/releases/2026.11.1/NOTES.md"
    good = fs.cat_file(name)
    fs.pipe_file(name, good.replace(b"AGIS", b"AGIs"))
    with pytest.raises(CopyError, match=r"releases/2026\.11\.1/NOTES\.md is damaged, nothing is"):
        restore(address, tmp_path / "restored")
    assert not list((tmp_path / "restored").iterdir())
    healed = copy(home, address, verify=True)
    assert healed.written == 1
    restore(address, tmp_path / "restored")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[: len(text) // 2], "current.json is damaged"),
        (lambda text: text.replace(b'"format": 1', b'"format": 9'), "expected format 1, found 9"),
        (lambda text: text.replace(b'"inventory": "', b'"inventory": "0'), "is missing, which"),
    ],
    ids=["torn", "of a later version", "naming nothing"],
)
def test_a_torn_pointer_is_refused(
    home: Home, tmp_path: Path, change: Callable[[bytes], bytes], said: str
) -> None:
    copy(home, f"file://{tmp_path}/elsewhere")
    pointer = tmp_path / "elsewhere" / "current.json"
    pointer.write_bytes(change(pointer.read_bytes()))
    with pytest.raises(CopyError, match=said):
        restore(f"file://{tmp_path}/elsewhere", tmp_path / "restored")
    copy(home, f"file://{tmp_path}/elsewhere")
    restore(f"file://{tmp_path}/elsewhere", tmp_path / "restored")


def test_an_inventory_that_leads_out_of_the_home_is_refused(home: Home, tmp_path: Path) -> None:
    copy(home, str(tmp_path / "elsewhere"))
    (inventory,) = (tmp_path / "elsewhere" / "inventories").iterdir()
    entries = json.loads(inventory.read_text())
    entries["landing/../../outside"] = entries["home.json"]
    text = json.dumps(entries).encode()
    digest = hashlib.sha256(text).hexdigest()
    inventory.with_name(f"{digest}.json").write_bytes(text)
    pointer = tmp_path / "elsewhere" / "current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"inventory": digest}))
    with pytest.raises(CopyError, match="no file of a home"):
        restore(str(tmp_path / "elsewhere"), tmp_path / "restored")
    assert not (tmp_path / "outside").exists()


def test_a_folder_that_holds_something_is_refused(home: Home, tmp_path: Path) -> None:
    copy(home, str(tmp_path / "elsewhere"))
    before = files(home.root)
    with pytest.raises(HomeError, match="is not empty"):
        restore(str(tmp_path / "elsewhere"), home.root)
    assert files(home.root) == before


def test_a_damaged_landed_file_is_not_copied(home: Home, address: str) -> None:
    copy(home, address)
    landed = land(home, "csu__population", "2024", "a new edition")
    landed.write_bytes(landed.read_bytes()[:5])
    with pytest.raises(CopyError, match=r"table\.csv of the home is damaged and is not copied"):
        copy(home, address)


def test_another_home_never_replaces_a_copy(home: Home, address: str, tmp_path: Path) -> None:
    copy(home, address)
    other = new_home(tmp_path / "other")
    add_release(other, "2026.11.9")
    with pytest.raises(CopyError, match="is the copy of another home"):
        copy(other, address)


def test_after_a_release_it_is_copied_once(
    home: Home, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert after_release(home) == ""
    monkeypatch.setenv("AGIS_COPY_URL", address)
    assert after_release(home).startswith("Copied release 2026.11.1 and all of landing to ")
    assert after_release(home) == ""
    add_release(home, "2026.11.3", "new")
    assert after_release(home).startswith("Copied release 2026.11.3 ")


def test_an_address_keeps_its_password_to_itself(home: Home) -> None:
    with pytest.raises(CopyError) as caught:
        copy(home, "ftp://watcher:s3cret-word@127.0.0.1:9/folder")
    assert "s3cret-word" not in str(caught.value)
    assert "ftp://…@127.0.0.1:9/folder" in str(caught.value)


KILLED = """
import os, signal, sys
from assets.home import open_home
from orchestration.offsite import store
from orchestration.offsite.copying import copy
from pathlib import Path
puts, put = iter(range(10_000)), store.Store.put
def dying(self, name, content, sha256):
    if next(puts) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    put(self, name, content, sha256)
store.Store.put = dying
store.Store.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
copy(open_home(Path(sys.argv[1])), sys.argv[2])
"""


@pytest.mark.parametrize("after", [0, 4, 10_000], ids=["at once", "midway", "before the pointer"])
def test_killed_while_copying_the_copy_before_stays_and_the_next_one_succeeds(
    home: Home, address: str, tmp_path: Path, after: int
) -> None:
    copy(home, address)
    land(home, "csu__population", "2024", "a new edition")
    add_release(home, "2026.11.3", "new")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(home.root), address, str(after)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    _, release = restore(address, tmp_path / "before")
    assert release == "2026.11.1"
    assert copy(home, address).release == "2026.11.3"
    _, release = restore(address, tmp_path / "after")
    assert release == "2026.11.3"


def test_killed_while_restoring_the_same_command_succeeds(home: Home, tmp_path: Path) -> None:
    copy(home, str(tmp_path / "elsewhere"))
    root = tmp_path / "restored"
    (root / ".restoring" / "landing").mkdir(parents=True)  # as a kill leaves it
    (root / "landing" / "csu__population").mkdir(parents=True)
    with pytest.raises(HomeError):
        open_home(root)
    restored, _ = restore(str(tmp_path / "elsewhere"), root)
    assert not (root / ".restoring").exists()
    assert Landing(restored).vintages("csu__population")


def test_a_real_home_comes_back_and_works(small_demo: tuple[Path, Agis], tmp_path: Path) -> None:
    """The commands: copy, restore, query; the next refresh arrives at the same content."""
    sources, agis = small_demo
    address = f"file://{tmp_path}/elsewhere"
    copied = agis.run("copy", address, "--with-data-by-agreement")
    assert copied.code == 0, copied.err
    restored = Agis(tmp_path / "restored")
    done = restored.run("restore", AGIS_COPY_URL=address)
    assert done.code == 0, done.err
    question = "select count(*), sum(index_points) from social_exclusion_index"
    assert restored.sql(question) == agis.sql(question)
    assert damage.state(restored) == damage.state(agis)
    ended = restored.refresh(sources)
    assert ended.code == 0, ended.err
    assert ended.out.startswith(f"Nothing new. Release {agis.current()} has this content already.")


def test_the_home_to_restore_must_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = subprocess.run(
        [AGIS, "restore", str(tmp_path)],
        env={k: v for k, v in os.environ.items() if k != "AGIS_HOME"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("agis: Set AGIS_HOME to the new folder")
    monkeypatch.setenv("AGIS_HOME", str(tmp_path))
    with pytest.raises(HomeError):
        existing_home()
