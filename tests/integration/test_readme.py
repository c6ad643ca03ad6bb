"""What the README promises runs."""

import re

import pytest

from tests.conftest import PROJECT
from tests.integration.conftest import Agis, Ended

README = (PROJECT / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.+?)```", README, flags=re.DOTALL)


def test_there_are_seven_questions() -> None:
    assert len(QUESTIONS) == 7


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.split("from ")[1].split()[0])
def test_each_question_has_an_answer(mirror_refreshed: tuple[Agis, Ended], question: str) -> None:
    agis, ended = mirror_refreshed
    assert ended.code == 0, ended.err
    assert len(agis.sql(question).splitlines()) >= 4


def test_linked_files_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (PROJECT / target).exists(), target


def test_the_commands_it_names_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for command in set(re.findall(r"(?:`|    )make (\w+)", README)):
        assert re.search(rf"^{command}:", makefile, flags=re.MULTILINE), command
