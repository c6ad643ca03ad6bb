"""Who may write where: only the release code below ``releases/``."""

import ast

from tests.conftest import PROJECT

ALLOWED = {"assets/home.py"}


def test_only_the_release_code_knows_the_folder_of_releases() -> None:
    users = set()
    for package in ("assets", "checks", "orchestration"):
        for path in (PROJECT / package).rglob("*.py"):
            name = path.relative_to(PROJECT).as_posix()
            if name in ALLOWED or name.startswith("orchestration/release/"):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            touches = any(
                isinstance(node, ast.Attribute)
                and node.attr == "releases"
                and not (isinstance(node.value, ast.Name) and node.value.id == "ledger")
                for node in ast.walk(tree)
            )
            if touches:
                users.add(name)
    assert users == set()


def test_every_package_says_what_belongs_in_it() -> None:
    for package in (
        "assets",
        "checks",
        "orchestration",
        "orchestration/release",
        "orchestration/watch",
        "assets/intake",
    ):
        charter = ast.get_docstring(ast.parse((PROJECT / package / "__init__.py").read_text()))
        assert charter
        assert "Belongs here" in charter, package
        assert "Stays out" in charter, package
