"""Which code made a release, by which parameters, and that code again: git on our own tree."""

import os
import subprocess
from pathlib import Path
from typing import Any

import yaml

from assets.errors import AgisError
from assets.home import PROJECT_DIR
from orchestration.builds import DBT_DIR

DIRTY = "-dirty"
_FROM_ELSEWHERE = ("AGIS_REGISTRY_EXTRA", "AGIS_MODELS_EXTRA")
"""Folders of entries and models that are being tried out: no revision holds them."""


def revision(project: Path = PROJECT_DIR) -> str | None:
    """The commit, with ``-dirty`` where something is not committed; None outside a repository.

    A repository that merely encloses an installed copy says nothing of it and does not count.
    """
    top = _git("rev-parse", "--show-toplevel", project=project)
    commit = _git("rev-parse", "HEAD", project=project)
    if not top or not commit or Path(top).resolve() != project.resolve():
        return None
    changed = _git("status", "--porcelain", project=project)
    is_dirty = bool(changed) or any(os.environ.get(name) for name in _FROM_ELSEWHERE)
    return commit + (DIRTY if is_dirty else "")


def parameters() -> dict[str, Any]:
    """The parameters of the models, as dbt's project file declares them."""
    project = yaml.safe_load((DBT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    return dict(project["vars"])


def has(commit: str) -> bool:
    """Whether the repository has a commit."""
    return _git("cat-file", "-e", f"{commit}^{{commit}}") is not None


def check_out(commit: str, folder: Path) -> None:
    """A working tree of a commit in a new folder; raises AgisError."""
    if _git("worktree", "add", "--detach", "--quiet", str(folder), commit) is None:
        raise AgisError(f"git could not check out {commit} into {folder}.")


def remove(folder: Path) -> None:
    """Remove a working tree that ``check_out`` made."""
    _git("worktree", "remove", "--force", str(folder))


def _git(*arguments: str, project: Path = PROJECT_DIR) -> str | None:
    """What git says, or None where it fails or there is none."""
    command = ["git", "-C", str(project), *arguments]
    # A hook's environment must not lead to another repository.
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env["GIT_OPTIONAL_LOCKS"] = "0"
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
