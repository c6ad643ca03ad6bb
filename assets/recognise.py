"""Which of a dataset's layouts a file has: told by its heading, narrowed by its edition."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.readers import BrokenInput, Table, fill_in, heading, tables
from assets.registry.model import Dataset, Layout

_SHOWN = 25
_GLIMPSE = 20
"""How many headings of a table a message names."""


@dataclass(frozen=True)
class Heading:
    """How a layout's heading compares with the one found; empty lists mean it fits."""

    layout: Layout
    missing: list[str]
    unexpected: list[str]
    repeated: list[str]
    found: list[str]

    @property
    def fits(self) -> bool:
        return not (self.missing or self.unexpected or self.repeated)


def recognised_tables(
    path: Path, dataset: Dataset, edition: str, wanted: str | None = None
) -> tuple[Layout, Iterator[Table]]:
    """The layout of ``path`` and its tables, each of which has the layout's heading.

    ``wanted`` is the layout that the edition asks for, if any. Raises BrokenInput with the
    heading found beside the ones known when no layout fits.
    """
    layouts = _candidates(dataset, edition, wanted)
    if len(layouts) == 1:
        return layouts[0], _checked(path, layouts[0], edition)
    misfits: list[Heading] = []
    broken: list[BrokenInput] = []
    fitting: list[Layout] = []
    for layout in layouts:
        try:
            compared = [compare(layout, edition, t.header) for t in tables(path, layout, edition)]
        except BrokenInput as error:
            broken.append(error)
            continue
        if all(c.fits for c in compared):
            fitting.append(layout)
        misfits.extend(c for c in compared if not c.fits)
    if len(fitting) == 1:
        return fitting[0], tables(path, fitting[0], edition)
    if fitting:
        names = ", ".join(layout.name for layout in fitting)
        raise BrokenInput(f"{path.name}: layouts {names} all fit; the edition must name one.")
    if misfits:
        raise BrokenInput(_unknown_heading(path, misfits, edition))
    raise broken[0]


def _checked(path: Path, layout: Layout, edition: str) -> Iterator[Table]:
    for table in tables(path, layout, edition):
        compared = compare(layout, edition, table.header)
        if not compared.fits:
            raise BrokenInput(_unknown_heading(path, [compared], edition))
        yield table


def compare(layout: Layout, edition: str, found: Iterable[str]) -> Heading:
    """Set the heading that a layout expects against the one that was found."""
    fold = str.lower if layout.ignore_case else str
    names = [fold(name) for name in found]
    while names and not names[-1]:
        names.pop()
    expected = [fold(name) for name in expected_heading(layout, edition)]
    return Heading(
        layout=layout,
        missing=[name for name in expected if name not in names],
        unexpected=[name or "(no heading)" for name in names if name not in expected],
        repeated=sorted({name for name in names if names.count(name) > 1 and name}),
        found=names,
    )


def expected_heading(layout: Layout, edition: str) -> list[str]:
    """All headings of a layout, the ignored ones last, with the edition filled in.

    Not those that stand for all below a name (``name/*``): readers pass them over.
    """
    texts = [t for t in [*layout.columns.values(), *layout.ignored] if not t.endswith("/*")]
    return [heading(fill_in(text, edition)) for text in texts]


def positions(layout: Layout, edition: str, found: list[str]) -> dict[str, int]:
    """Contract column → position in the rows of a table whose heading fits."""
    fold = str.lower if layout.ignore_case else str
    at = {fold(name): index for index, name in enumerate(found)}
    return {
        column: at[fold(heading(fill_in(text, edition)))] for column, text in layout.columns.items()
    }


def _candidates(dataset: Dataset, edition: str, wanted: str | None) -> list[Layout]:
    if wanted:
        return [layout for layout in dataset.layouts if layout.name == wanted]
    fitting = [
        layout
        for layout in dataset.layouts
        if layout.editions is None or re.fullmatch(layout.editions, edition)
    ]
    if not fitting:
        raise BrokenInput(f"{dataset.id}: no layout is declared for edition {edition}.")
    return fitting


def _unknown_heading(path: Path, misfits: list[Heading], edition: str) -> str:
    best = min(misfits, key=lambda h: len(h.missing) + len(h.unexpected))
    parts = []
    if best.missing:
        parts.append("missing " + _shown(best.missing))
    if best.unexpected:
        parts.append("unexpected " + _shown(best.unexpected))
    if best.repeated:
        parts.append("repeated " + _shown(best.repeated))
    known = {h.layout.name: expected_heading(h.layout, edition) for h in misfits}
    return (
        f"{path.name}: the heading is of no known layout of edition {edition}. Nearest is "
        f"»{best.layout.name}«: {'; '.join(parts)}. Found: {_glimpse(best.found)}. Known: "
        + "; ".join(f"{name}: {_glimpse(names)}" for name, names in known.items())
        + "."
    )


def _shown(names: list[str]) -> str:
    """Headings for a message; of a wide table the first ones."""
    shown = ", ".join(f"»{name[:80]}«" for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _glimpse(names: list[str]) -> str:
    """Headings side by side: enough to tell one table from another, not to read it."""
    short = [name if len(name) <= _GLIMPSE else f"{name[:_GLIMPSE]}…" for name in names]
    return _shown(short)
