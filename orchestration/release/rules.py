"""The rules of publication as one hash: checks, waivers and publishing code."""

from assets.files import sha256_of_tree, versions_of
from assets.home import PROJECT_DIR


def rules_version() -> str:
    """Changes whenever a check, a tolerance, a waiver or the publishing code changes."""
    code = sha256_of_tree(
        PROJECT_DIR,
        [
            "checks/**/*.py",
            "checks/**/*.yml",
            "assets/agreements.py",
            "assets/registry/agreement.py",
            "orchestration/publication.py",
            "orchestration/release/**/*.py",
            "orchestration/release/**/*.html",
        ],
    )
    return code[:32] + ";" + versions_of("great-expectations", "pandas", "duckdb")
