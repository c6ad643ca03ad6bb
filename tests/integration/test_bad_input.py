"""Bad input of every kind, through the real pipeline: refused in words, and nothing is lost.

Each case starts from a home with a good release, damages one file of its sources, refreshes,
puts the good file back and refreshes again. Two cases are played at a time.
"""

import csv
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration import damage
from tests.integration.conftest import Agis, Ended
from tests.integration.damage import WORKBOOK, Damage, State
from tests.misbehaving_server import MisbehavingServer

INDEX = ("asz__social_exclusion_index, edition 2023: 2023.xlsx",)
SHEET = "sheet »Index soc. vyloučení 2023«"
NO_SUCH_CODES = list(range(100001, 100011))
MANY_MEGABYTES = 65 << 20
LONGEST_MESSAGE = 2000
PROGRESS = r"[a-z0-9_]+, edition [^:]+: [^:]+$"


@dataclass(frozen=True)
class Played:
    """What came of a case: the home before, after the bad input, and after the good."""

    before: State
    refused: Ended
    after: State
    left_over: list[str]
    mended: Ended
    end: State


@dataclass(frozen=True)
class Case:
    """A kind of bad input: what is done to which file, and words that the message must hold."""

    name: str
    damage: Damage
    words: tuple[str, ...]
    file: str = WORKBOOK
    reaches_gate: bool = False
    """It lands and is read, and the audit refuses it."""
    publishes_after: bool = False
    """A good revision comes together with the mended file."""

    def __str__(self) -> str:
        return self.name


CASES = [
    Case(
        "truncated workbook",
        damage.truncated,
        (*INDEX, "expected a workbook (.xlsx)", "found a ZIP container that is cut off"),
    ),
    Case(
        "empty file",
        damage.emptied,
        (*INDEX, "expected a workbook (.xlsx), found an empty file"),
    ),
    Case(
        "HTML instead of a workbook",
        damage.replaced_by_a_page,
        (*INDEX, "expected a workbook (.xlsx), found an HTML page"),
    ),
    Case(
        "a missing column",
        damage.without_column("Počet osob v exekuci"),
        (*INDEX, "the heading", "missing »Počet osob v exekuci (k 31. 12. 2023)«"),
    ),
    Case(
        "a renamed column",
        damage.with_headings(lambda text: text.replace("Kod OPOU", "Kód POÚ")),
        (*INDEX, "the heading", "missing »Kod OPOU«", "unexpected »Kód POÚ«"),
    ),
    Case(
        "a wrong year in the header",
        damage.with_headings(
            lambda text: text.replace("v exekuci (k 31. 12. 2023", "v exekuci (k 31. 12. 2022")
        ),
        (
            *INDEX,
            "missing »Počet osob v exekuci (k 31. 12. 2023)«",
            "unexpected »Počet osob v exekuci (k 31. 12. 2022)«",
        ),
    ),
    Case(
        "a duplicated municipality",
        damage.with_row_twice(18),
        (*INDEX, "column municipality_code", "expected each value once", "in rows 18, 19"),
    ),
    Case(
        "ten municipalities dropped",
        damage.without_rows(18, 10),
        ("social_exclusion_index", "year 2023", "missing from the index and 9 more"),
        reaches_gate=True,
        publishes_after=True,
    ),
    Case(
        "ten swapped for codes that do not exist",
        damage.with_codes(18, NO_SUCH_CODES),
        ("social_exclusion_index", "municipality_code 100001", "not in the register", "19 more"),
        reaches_gate=True,
    ),
    Case(
        "negative counts",
        damage.with_cell("Počet osob v exekuci", 18, -3),
        (
            SHEET,
            "row 18",
            "»Počet osob v exekuci (k 31. 12. 2023)« (distraint_count)",
            "expected at least 0, found »-3«",
        ),
    ),
    Case(
        "text in a count",
        damage.with_cell("Počet osob v exekuci", 18, "méně než 5"),
        (SHEET, "row 18", "(distraint_count)", "expected a whole number, found »méně než 5«"),
    ),
    Case(
        "a share over 100 %",
        damage.with_cell("% podíl obyvatel v exekuci", 18, 147.25),
        (SHEET, "row 18", "(distraint_share_pct)", "expected at most 100, found »147.25«"),
    ),
    Case(
        "population 0 with cases",
        damage.without_inhabitants,
        (
            "raw asz__social_exclusion_index, edition 2023",
            "Where nobody lives nobody is in distraint",
        ),
        reaches_gate=True,
    ),
    Case(
        "a UTF-8 file cut inside a character",
        damage.cut_inside_a_letter,
        (
            "csu__municipality_district, edition 2024-10",
            "VAZ0043_0101_CS_2024_utf8.csv, line ",
            "are not utf-8",
            "unexpected end of data",
        ),
        "csu/code_lists/VAZ0043_0101_CS_2024_utf8.csv",
    ),
    Case(
        "UTF-8 where cp1250 is declared",
        damage.saved_as_utf8,
        (
            "csu__municipalities, edition 2020-09",
            "CIS0043_CS.csv",
            "expected cp1250",
            "found valid UTF-8",
        ),
        "csu/code_lists/CIS0043_CS.csv",
    ),
    Case(
        "UTF-8 read as cp1250 and saved again",
        damage.garbled,
        (
            "csu__municipality_district, edition 2024-10: VAZ0043_0101_CS_2024_utf8.csv, line ",
            "a replacement character; letters were lost",
        ),
        "csu/code_lists/VAZ0043_0101_CS_2024_utf8.csv",
    ),
    Case(
        "a ZIP bomb",
        damage.made_a_bomb,
        (*INDEX, "when unpacked, found more", "inside xl/media/image1.bin", "ZIP bomb"),
    ),
]


def play(agis: Agis, sources: Path, case: Case) -> Played:
    """Damage a file, refresh, put the good file back, refresh again."""
    before = damage.state(agis)
    file = sources / case.file
    good = file.read_bytes()
    case.damage(file)
    refused = agis.refresh(sources)
    after, left_over = damage.state(agis), damage.leftovers(agis.home)
    bad = damage.sha256(file)
    assert any(digest == bad for digest in after.landed.values()), "the bad bytes did not land"
    file.write_bytes(good)
    if case.publishes_after:
        damage.revised(sources)
    mended = agis.refresh(sources)
    return Played(before, refused, after, left_over, mended, damage.state(agis))


def copied(small_demo: tuple[Path, Agis], folder: Path) -> tuple[Path, Agis]:
    """A home with a good release, and its sources, to be broken."""
    sources, agis = small_demo
    shutil.copytree(sources, folder / "sources", symlinks=True)
    shutil.copytree(agis.home, folder / "home", symlinks=True)
    return folder / "sources", Agis(folder / "home")


@pytest.fixture(scope="module", autouse=True)
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Case], Played]]:
    """What came of each case that was selected; they are played while other tests run."""
    selected: dict[str, Case] = {}
    for item in request.session.items:
        case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
        if isinstance(case, Case):
            selected[case.name] = case
    good = request.getfixturevalue("small_demo") if selected else None

    def begin(case: Case) -> Played:
        sources, agis = copied(good, tmp_path_factory.mktemp("case"))
        try:
            return play(agis, sources, case)
        finally:
            shutil.rmtree(agis.home)

    with ThreadPoolExecutor(max_workers=2) as pool:
        # Those that go as far as the gate take longest, and begin first.
        longest_first = sorted(selected.values(), key=lambda case: not case.reaches_gate)
        under_way = {case.name: pool.submit(begin, case) for case in longest_first}
        yield lambda case: under_way[case.name].result()
        pool.shutdown(cancel_futures=True)


def assert_refused(ended: Ended, words: tuple[str, ...]) -> None:
    """One clear sentence after the progress on standard error, no other output, exit code 1."""
    assert (ended.code, ended.out) == (1, ""), ended.err
    *progress, sentence = ended.err.splitlines()
    assert all(re.match(PROGRESS, line) for line in progress), ended.err
    assert sentence.startswith("agis: Nothing published: ")
    assert sentence.count("Nothing published") == 1
    assert "as expected" not in sentence, "a check that passed is no reason"
    assert len(sentence) < LONGEST_MESSAGE
    for text in words:
        assert text in sentence


def assert_untouched(before: State, after: State) -> None:
    """The current release is the same and whole, and all that had landed still lies there."""
    assert (after.current, after.sums) == (before.current, before.sums)
    assert before.landed.items() <= after.landed.items()


def test_a_bad_edition_that_is_withdrawn_again_is_forgotten(
    tmp_path: Path, small_demo: tuple[Path, Agis]
) -> None:
    sources, agis = copied(small_demo, tmp_path)
    before = damage.state(agis)
    early = sources / "asz/social_exclusion_index/2024.xlsx"
    damage.replaced_by_a_page(early)
    assert_refused(
        agis.refresh(sources),
        ("asz__social_exclusion_index, edition 2024: 2024.xlsx", "found an HTML page"),
    )
    assert_untouched(before, damage.state(agis))
    early.unlink()
    ended = agis.refresh(sources)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new.")


# Files of others, with entries of the tests


def entry(name: str, mirror: str, layout: dict[str, Any], types: dict[str, str]) -> dict[str, Any]:
    """A registry entry of the producer csu with one edition."""
    return {
        "id": f"csu__{name}",
        "title": {"cs": "Zkouška", "en": "Test"},
        "producer": "csu",
        "theme": "territory",
        "landing_page": "https://example.org/",
        "licence": {"id": "not_stated", "attribution": "nobody"},
        "status": "active",
        "calendar": {"cadence": "once"},
        "grain": "municipality",
        "editions": {"listed": {"2006": {"mirror": mirror}}},
        "layouts": [{"name": "table", "reader": "csv", **layout}],
        "columns": {column: {"type": kind, "required": True} for column, kind in types.items()},
    }


def planning_data(file: Path) -> dict[str, Any]:
    """What the heading of the planning data promises; from the 13th field on it is shifted."""
    with file.open(encoding="utf-8", newline="") as lines:
        headings = next(csv.reader(lines))
    columns = {"code": "KODOBCE", "under_15_pct": "Under15Perc", "under_15": "Under15"}
    layout = {
        "encoding": "utf-8",
        "delimiter": ",",
        "columns": columns,
        "ignored": [name for name in headings if name not in columns.values()],
    }
    types = {"code": "text", "under_15_pct": "number", "under_15": "integer"}
    return entry(
        "planning_data_shifted", "csu/planning_data_uap/2006_header_shifted.csv", layout, types
    )


def regions_as_xml(file: Path) -> dict[str, Any]:
    """There is no reader of XML, so the entry can only expect something else."""
    layout = {"encoding": "cp1250", "delimiter": ";", "columns": {"code": "CHODNOTA"}}
    return entry("regions_again", "csu/code_lists/CIS0100_CS.xml", layout, {"code": "text"})


@pytest.mark.parametrize(
    ("file", "declare", "words"),
    [
        pytest.param(
            "csu/planning_data_uap/2006_header_shifted.csv",
            planning_data,
            (
                "csu__planning_data_shifted, edition 2006: 2006_header_shifted.csv, row 2, "
                "column »Under15« (under_15): expected a whole number, found »14.6«",
            ),
            id="a header shifted against its data",
        ),
        pytest.param(
            "csu/code_lists/CIS0100_CS.xml",
            regions_as_xml,
            (
                "csu__regions_again, edition 2006: CIS0100_CS.xml: "
                "expected delimited text, found an XML document",
            ),
            id="XML that lies about its encoding",
        ),
    ],
)
def test_a_real_file_that_is_not_what_its_entry_says(
    tmp_path: Path,
    small_demo: tuple[Path, Agis],
    mirror: Path,
    file: str,
    declare: Callable[[Path], dict[str, Any]],
    words: tuple[str, ...],
) -> None:
    sources, agis = copied(small_demo, tmp_path)
    before = damage.state(agis)
    place = sources / file
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(mirror / file)
    declared = declare(place)
    registry = tmp_path / "registry"
    (registry / "csu").mkdir(parents=True)
    path = registry / "csu" / (declared["id"].removeprefix("csu__") + ".yml")
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    refused = agis.refresh(sources, AGIS_REGISTRY_EXTRA=str(registry))
    assert_refused(refused, words)
    after = damage.state(agis)
    assert_untouched(before, after)
    assert damage.sha256(place) in after.landed.values()
    ended = agis.refresh(sources)  # without the entry of the test
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new.")


# Servers


BEHAVIOURS = [
    pytest.param("status:500", ("the server answered 500", "tried 2 times"), id="answers 500"),
    pytest.param("hang", ("within 3 s", "when the time was over"), id="hangs"),
    pytest.param("cut", ("connection broke off after", "tried 2 times"), id="closes half-way"),
    pytest.param(
        "oversized", ("expected at most 67,108,864 bytes", "already came"), id="never stops sending"
    ),
    pytest.param(
        f"raw:HTTP/1.1 200 OK\r\nContent-Length: {MANY_MEGABYTES}\r\n\r\n",
        ("expected at most 67,108,864 bytes", "the server announces 68,157,440"),
        id="announces more than is allowed",
    ),
]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, mirror_refreshed: tuple[Agis, Ended]) -> Agis:
    """A home of the real world with a good release; a failed fetch leaves nothing in it."""
    agis, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    home = tmp_path_factory.mktemp("server") / "home"
    shutil.copytree(agis.home, home, symlinks=True)
    return Agis(home)


@pytest.mark.parametrize(("behaviour", "words"), BEHAVIOURS)
def test_a_server_that_misbehaves(
    behaviour: str, words: tuple[str, ...], real: Agis, mirror: Path
) -> None:
    before = damage.state(real)
    seconds = "3" if behaviour == "hang" else "60"
    with MisbehavingServer(mirror) as server:
        address = server.url("/")
        server.misbehave(f"/{WORKBOOK}", behaviour)
        refused = real.refresh(address, AGIS_FETCH_SECONDS=seconds, AGIS_FETCH_RETRIES="1")
        named = ("asz__social_exclusion_index, edition 2023", server.url(f"/{WORKBOOK}"))
        assert_refused(refused, (*named, *words))
        after = damage.state(real)
        assert_untouched(before, after)
        assert after.landed == before.landed
        assert damage.leftovers(real.home) == []
        server.behave(f"/{WORKBOOK}")
        ended = real.refresh(address)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new.")
    assert damage.state(real) == before


# What is not bad input


def content_hashes(agis: Agis) -> tuple[str, str]:
    """Of the current release and of the build that was made last."""
    build = json.loads((agis.home / "build" / "wanted.json").read_text())["fingerprint"]
    made = json.loads((agis.home / "build" / build / "candidate.json").read_text())
    release = json.loads((agis.home / "releases" / "current" / "manifest.json").read_text())
    assert build != release["build"], "nothing was built anew"
    return release["content_hash"], made["content_hash"]


def test_rows_in_another_order_are_the_same_content(
    tmp_path: Path, small_demo: tuple[Path, Agis]
) -> None:
    sources, agis = copied(small_demo, tmp_path)
    before = damage.state(agis)
    damage.in_another_order(sources / WORKBOOK)
    ended = agis.refresh(sources)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new.")
    released, made = content_hashes(agis)
    assert made == released
    assert damage.state(agis).current == before.current


def test_rows_of_the_real_workbook_in_another_order_are_the_same_content(
    tmp_path: Path, mirror: Path, mirror_refreshed: tuple[Agis, Ended]
) -> None:
    home, sources = tmp_path / "home", tmp_path / "sources"
    shutil.copytree(mirror_refreshed[0].home, home, symlinks=True)
    shutil.copytree(mirror, sources, copy_function=os.symlink)
    workbook = sources / WORKBOOK
    workbook.unlink()
    shutil.copyfile(mirror / WORKBOOK, workbook)
    damage.in_another_order(workbook)
    agis = Agis(home)
    before = damage.state(agis)
    ended = agis.refresh(sources)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Nothing new.")
    released, made = content_hashes(agis)
    assert made == released
    assert damage.state(agis).current == before.current


# The cases, last, so that they are played while the tests above run


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_input_is_refused_in_one_sentence(case: Case, played: Callable[[Case], Played]) -> None:
    assert_refused(played(case).refused, case.words)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_input_changes_no_release_and_loses_nothing(
    case: Case, played: Callable[[Case], Played]
) -> None:
    came = played(case)
    assert_untouched(came.before, came.after)
    assert came.left_over == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_good_input_is_taken_again_after_bad(case: Case, played: Callable[[Case], Played]) -> None:
    came = played(case)
    assert came.mended.code == 0, came.mended.err
    if case.publishes_after:
        assert came.mended.out.startswith("Published release ")
        assert came.end.current != came.before.current
    else:
        assert came.mended.out.startswith("Nothing new.")
        assert (came.end.current, came.end.sums) == (came.before.current, came.before.sums)
    assert came.after.landed.items() <= came.end.landed.items()
