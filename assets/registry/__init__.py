"""The registry: one YAML file per dataset, loaded and validated.

A dataset of a known format is one file here and one staging model in dbt, no Python. Errors
name the file and the field, so that whoever edits YAML sees where to look.

The environment variable AGIS_REGISTRY_EXTRA names one more folder of such files, for entries
that are being tried out: `<producer>/<dataset>.yml` with an id that is not taken here.
"""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from assets.errors import AgisError
from assets.registry.model import Dataset

Document = TypeVar("Document")

REGISTRY_DIR = Path(__file__).parent
EXTRA_VARIABLE = "AGIS_REGISTRY_EXTRA"


class RegistryError(AgisError):
    """A registry entry is not valid."""


def load_dataset(path: Path, root: Path | None = None) -> Dataset:
    """Read one registry entry; raises RegistryError naming file and field."""
    where = path.relative_to(root) if root else path
    dataset = read_document(path, Dataset.model_validate, f"Registry entry {where}")
    if root and dataset.id != f"{path.parent.name}__{path.stem}":
        raise RegistryError(
            f"Registry entry {where}, field id: expected {path.parent.name}__{path.stem} "
            f"(folder and file name), found {dataset.id}."
        )
    return dataset


def read_document(path: Path, validate: Callable[[Any], Document], name: str) -> Document:
    """A YAML file as what it should be; raises RegistryError naming it and the field."""
    import yaml
    from pydantic import ValidationError

    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.load(text, Loader=_strict_loader())  # noqa: S506 - a safe loader, stricter
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegistryError(f"{name} is not readable YAML: {error}") from error
    try:
        return validate(content)
    except ValidationError as error:
        raise RegistryError(_explain(name, error)) from error


def load_registry(root: Path = REGISTRY_DIR) -> dict[str, Dataset]:
    """All registry entries below ``root`` by dataset id, sorted.

    Those of AGIS_REGISTRY_EXTRA come along with the shipped ones; raises RegistryError.
    """
    datasets = dict(_load_registry(root))
    extra = extra_folder() if root == REGISTRY_DIR else None
    if extra:
        more = dict(_load_registry(extra))
        taken = sorted(datasets.keys() & more.keys())
        if taken:
            raise RegistryError(
                f"{EXTRA_VARIABLE} {extra}: expected ids that are not in the registry yet, found "
                f"{', '.join(taken)}."
            )
        datasets = dict(sorted((datasets | more).items()))
    _check_successors(datasets)
    return datasets


def _check_successors(datasets: dict[str, Dataset]) -> None:
    for dataset in datasets.values():
        successor = dataset.ending.successor if dataset.ending else None
        if successor and (successor not in datasets or successor == dataset.id):
            raise RegistryError(
                f"Registry entry {dataset.producer}/{dataset.id.split('__', 1)[1]}.yml, field "
                f"ending.successor: expected another dataset of the registry, or null, found "
                f"{successor}."
            )


def entry_path(dataset: Dataset) -> Path | None:
    """The file that a dataset was declared in, None where it lies in no registry folder."""
    name = Path(dataset.producer) / f"{dataset.id.split('__', 1)[1]}.yml"
    folders = [REGISTRY_DIR, *filter(None, [extra_folder()])]
    return next((folder / name for folder in folders if (folder / name).exists()), None)


def extra_folder() -> Path | None:
    """The further folder of entries that AGIS_REGISTRY_EXTRA names, if any."""
    named = os.environ.get(EXTRA_VARIABLE)
    return Path(named).expanduser().absolute() if named else None


@cache
def _load_registry(root: Path) -> tuple[tuple[str, Dataset], ...]:
    datasets = [load_dataset(path, root) for path in sorted(root.glob("*/*.yml"))]
    if not datasets and not (root / "acknowledged.yml").exists():
        raise RegistryError(f"No registry entries below {root}: expected <producer>/<dataset>.yml.")
    return tuple((dataset.id, dataset) for dataset in datasets)


def _explain(name: str, error: Any) -> str:
    lines = []
    for problem in error.errors():
        field = ".".join(str(part) for part in problem["loc"]) or "(whole entry)"
        found = problem.get("input")
        shown = f", found {found!r}" if isinstance(found, str | int | float | bool) else ""
        lines.append(f"field {field}: {problem['msg']}{shown}")
    return f"{name} is not valid: " + "; ".join(lines) + "."


@cache
def _strict_loader() -> Any:
    """A safe YAML loader that refuses a key written twice; libyaml's, where it is there."""
    import yaml

    class StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # one of two
        pass

    def mapping(loader: Any, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = loader.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is written twice", key_node.start_mark
                )
            seen.add(key)
        result: dict[Any, Any] = loader.construct_mapping(node, deep=True)
        return result

    StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    return StrictLoader
