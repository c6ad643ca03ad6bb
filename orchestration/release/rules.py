"""The rules of publication as one hash: checks, waivers and publishing code."""

from functools import cache

from assets.files import sha256_of_tree
from assets.home import PROJECT_DIR


@cache
def rules_version() -> str:
    """Changes whenever a check, a tolerance, a waiver or the publishing code changes."""
    return sha256_of_tree(
        PROJECT_DIR,
        ["checks/**/*.py", "checks/**/*.yml", "orchestration/release/*.py"],
    )[:32]
