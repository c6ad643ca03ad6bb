"""The published table ``explained_revision``: how each release differs from the one before.

It is written with the candidate, by comparing it with the current release, and carries the rows
of earlier releases along. The check ``tables.revisions_are_explained`` reads it: a row that needs
a person's reason and has none keeps the release back. It is a receipt and not content.
"""

from collections.abc import Iterator
from typing import Any

from checks import revisions as checks
from checks.revisions import Difference
from orchestration.builds import Build
from orchestration.release import diff, ledger
from orchestration.release.catalogue import RECEIPT_TABLES
from orchestration.release.contents import contract, declaration
from orchestration.release.diff import Diff, Side
from orchestration.release.ledger import Release

TABLE = "explained_revision"

Tables = dict[str, dict[str, Any]]


def rows(build: Build, tables: Tables, content_hash: str) -> list[dict[str, Any]]:
    """What differs from the current release, after what earlier releases said of themselves."""
    now = ledger.current(build.home)
    if now is None:
        return []
    earlier = _earlier(now)
    if now.content_hash == content_hash:
        return earlier
    known = checks.register()
    limits = known.limits[build.home.world]
    differing = [
        name
        for name in sorted(now.manifest["tables"].keys() | tables.keys())
        if name not in RECEIPT_TABLES
        and now.manifest["tables"].get(name, {}).get("sha256") != tables.get(name, {}).get("sha256")
    ]
    if not differing:
        return earlier
    after = Side("the candidate", build.tables, tables)
    with diff.compare(
        diff.of_release(now), after, differing, precision=limits.value_precision
    ) as compared:
        why = _Causes(build, now, tables, compared)
        found = [
            checks.row(difference, now.id, known, build.home.world)
            | {
                "changed_inputs": why.changed_inputs(difference.table),
                "contract_change": _contract_change(now, tables, difference.table),
            }
            for name in differing
            for difference in _differences(compared, name, why.of(name))
        ]
    return earlier + found


def _contract_change(now: Release, after: Tables, name: str) -> str | None:
    """How grave the change of one table's contract is; None where the release tells no contract."""
    if "schema_version" not in now.manifest:
        return None
    before = now.manifest["tables"]
    one, two = ({k: v for k, v in side.items() if k == name} for side in (before, after))
    return contract.level(contract.changes(declaration.tables(one), declaration.tables(two)))


def _earlier(release: Release) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    path = release.root / "parquet" / f"{TABLE}.parquet"
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path.exists() else []
    return found


def _differences(compared: Diff, name: str, causes: list[str]) -> Iterator[Difference]:
    """One per indicator where the table is one of figures, else one for the table."""
    (table,) = compared.rows(f"select * from diff_table where table_name = '{name}'")
    if table["change"] in ("equal", "added"):
        return  # what is new has revised nothing
    (columns,) = compared.rows(
        f"""
        select count(*) filter (change in ('removed', 'type')) as lost,
            coalesce(sum(rows_changed) filter (column_name = 'band'), 0) as bands
        from diff_column where table_name = '{name}'
        """
    )
    figures = compared.rows(
        f"""
        select f.indicator_id, sum(rows_before) as rows_before, sum(rows_added) as rows_added,
            sum(rows_removed) as rows_removed, sum(rows_changed) as rows_changed,
            sum(values_beyond_precision) as beyond, max(largest_difference) as largest
        from diff_figure as f where table_name = '{name}'
        group by all order by all
        """
    )
    if not figures:
        figures = [table | {"indicator_id": None, "beyond": 0, "largest": None}]
    for figure in figures:
        yield Difference(
            table=name,
            indicator=figure["indicator_id"],
            causes=causes,
            rows_before=int(figure["rows_before"]),
            rows_added=int(figure["rows_added"]),
            rows_removed=int(figure["rows_removed"]),
            rows_changed=int(figure["rows_changed"]),
            columns_lost=int(columns["lost"]) + (table["change"] == "removed"),
            values_beyond_precision=int(figure["beyond"]),
            bands_changed=int(columns["bands"]) if name == "social_exclusion_index" else 0,
            largest_difference=figure["largest"],
        )


class _Causes:
    """What has changed between a release and a build, asked for table by table."""

    def __init__(self, build: Build, now: Release, tables: Tables, compared: Diff) -> None:
        self.before, self.after = now.manifest["tables"], tables
        old = {(s["dataset"], s["edition"], s["sha256"]) for s in now.manifest["sources"]}
        new = {(i.dataset, i.edition, i.sha256) for i in build.inputs()}
        self.changed = old ^ new
        # Releases made before this was recorded cannot tell; then nothing is held against them.
        read = {
            (i["dataset"], i["edition"], i["sha256"]): i["reading"]
            for i in now.manifest.get("inputs", [])
        }
        self.read_anew = {
            i.dataset
            for i in build.inputs()
            if read.get((i.dataset, i.edition, i.sha256), i.reading) != i.reading
        }
        self.corrected = _corrected(compared)

    def of(self, name: str) -> list[str]:
        """The causes of one table's difference."""
        described = self.after.get(name) or self.before[name]
        behind = set(described.get("datasets", []))
        before, after = self.before.get(name, {}), self.after.get(name, {})
        other = []
        if after and after.get("method") is None:
            other.append("registry")  # the tables of the catalogue, which no model makes
        elif before and "method" not in before:
            other.append("unrecorded")  # a release made before methods were recorded
        if "terms" in behind:
            other.append("agreement")
        return checks.causes(
            inputs=any(dataset in behind for dataset, _, _ in self.changed),
            method="method" in before and before["method"] != after.get("method"),
            reading=bool(behind & self.read_anew),
            correction=bool(behind & self.corrected),
            other=other,
        )

    def changed_inputs(self, name: str) -> str | None:
        """The editions that came, went or changed their bytes behind a table."""
        described = self.after.get(name) or self.before[name]
        behind = set(described.get("datasets", []))
        named = sorted({f"{d} {e}" for d, e, _ in self.changed if d in behind})
        more = f"; and {len(named) - 20} more" if len(named) > 20 else ""
        return "; ".join(named[:20]) + more or None


def _corrected(compared: Diff) -> set[str]:
    """Datasets of which a correction came, changed or went."""
    name = "correction"
    if name not in compared.before.tables or name not in compared.after.tables:
        return set()
    one, two = compared.before.parquet(name), compared.after.parquet(name)
    said = "dataset_id, correction_id, edition, action, row_key, corrected_to, is_applied"
    found = compared.rows(
        f"""
        select distinct dataset_id from (
            (select {said} from {one} except select {said} from {two})
            union all (select {said} from {two} except select {said} from {one})
        )
        """
    )
    return {row["dataset_id"] for row in found}
