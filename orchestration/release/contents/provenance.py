"""By what a release was made: the revision of the code and the parameters of the models."""

import os
import subprocess
from typing import Any

import yaml

from assets.home import PROJECT_DIR
from orchestration.builds import DBT_DIR


def revision() -> str | None:
    """The commit of the code, marked ``-dirty`` if files differ from it; None outside git."""
    head = _git("rev-parse", "HEAD")
    if head is None or _git("ls-files", "--error-unmatch", "pyproject.toml") is None:
        return None  # not in git, or in somebody else's repository
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return f"{head}-dirty" if changed else head


def parameters() -> dict[str, Any]:
    """The parameters of the models, as dbt's project file declares them."""
    project = yaml.safe_load((DBT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    return dict(project["vars"])


def _git(*arguments: str) -> str | None:
    command = ["git", "-C", str(PROJECT_DIR), *arguments]
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=10
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
