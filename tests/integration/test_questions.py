"""The questions of an analyst: each page's SQL runs on a real release and on the demo.

A page names the releases in which its question has an answer. Where it has none, the page says that
no open source is at hand.
"""

import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.integration.conftest import Agis, Ended

PAGES = sorted((PROJECT / "docs/questions").glob("[0-9]*.md"))
WORLDS = {"the real release", "the demo"}
page_by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def answered_in(text: str) -> set[str]:
    found = re.search(r"^Has rows in: (.+)$", text, flags=re.MULTILINE)
    assert found, "the page does not say where it has rows"
    return set() if found[1] == "none" else set(found[1].split(" and "))


def check(agis: Agis, page: Path, world: str) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.+?)```", text, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        rows = agis.sql(block).splitlines()
        assert bool(rows) == (world in answered_in(text)), rows[:3]


def test_there_are_ten_questions() -> None:
    assert [int(page.name[:2]) for page in PAGES] == list(range(1, 11))


@page_by_page
def test_a_page_is_short_in_both_languages_and_true_to_its_answers(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.search(r"\A# .+\?\n\n\*.+\?\*\n", text), "the question in English, then in Czech"
    assert "**How to read it.**" in text
    assert "**Jak to číst.**" in text
    for block in re.findall(r"```sql\n(.+?)```", text, flags=re.DOTALL):
        assert len(block.splitlines()) <= 20
    where = answered_in(text)
    assert where <= WORLDS
    if where != WORLDS:
        assert re.search(r"no\s+open\s+source\s+is\s+at\s+hand", text, flags=re.IGNORECASE)


@page_by_page
def test_the_question_on_the_real_release(mirror_refreshed: tuple[Agis, Ended], page: Path) -> None:
    agis, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    check(agis, page, "the real release")


@page_by_page
def test_the_question_on_the_demo(small_demo: tuple[Path, Agis], page: Path) -> None:
    check(small_demo[1], page, "the demo")
