"""What a registry entry may say, and the errors when it says it wrongly.

One entry is one YAML file ``<producer>/<dataset>.yml``. The models here refuse unknown keys, so
a misspelt one is an error and not a silently ignored wish.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from assets.registry.agreement import Agreement
from assets.registry.base import Entry, Label, Slug

Host = Annotated[str, Field(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$")]

PROVENANCE = ("_dataset", "_edition", "_reference_date", "_source_file", "_sheet", "_row")
"""Columns that every raw table carries beside those of its contract."""


def _compiled(pattern: str | None) -> str | None:
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
    return pattern


class Licence(Entry):
    id: Literal[
        "CC-BY-4.0",
        "CC0-1.0",
        "not_protected",
        "not_stated",
        "non_commercial",
        "forbidden",
        "agreement",
    ]
    """``agreement``: what the agreement of the entry says, and nothing else."""
    attribution: str


class Calendar(Entry):
    cadence: Literal["daily", "monthly", "quarterly", "yearly", "on_change", "once"]
    expected: str | None = Field(default=None, pattern=r"^\d{2}-\d{2}$")
    overdue_after_days: int = Field(default=60, ge=0)


Basis = Literal["bytes", "seen", "inferred", "recalled"]
"""How a fact is known: read in official bytes, read elsewhere, concluded, or only remembered."""


class Address(Entry):
    """A place that has an official address, or ``url: null`` where that is unknown."""

    url: str | None = None
    basis: Basis | None = None
    """How the address is known."""

    @model_validator(mode="after")
    def basis_goes_with_an_address(self) -> Self:
        if (self.url is None) != (self.basis is None):
            raise ValueError("basis (bytes, seen, inferred, recalled) goes with a url, and only so")
        return self


class ListedEdition(Address):
    """An edition with a place of its own; ``url: null`` means the official address is unknown."""

    mirror: str
    layout: str | None = None
    reference_date: str | None = None


class FoundEditions(Address):
    """Editions found by a pattern in a folder, one file each."""

    pattern: str
    mirror: str
    reference_date: str | None = None
    first_online: int | None = None
    """The first year that the address is asked for; earlier ones lie in folders only."""

    _pattern = field_validator("pattern")(_compiled)

    @field_validator("mirror")
    @classmethod
    def has_place_for_edition(cls, value: str) -> str:
        if value.count("{edition}") != 1:
            raise ValueError("must contain {edition} exactly once")
        return value


class Snapshot(Address):
    """An address whose content is overwritten; the edition is the day of retrieval."""

    url: str
    layout: str | None = None


class DeliveredEditions(Entry):
    """Editions that are handed over under an agreement, through the inbox."""

    pattern: str
    period_column: Slug
    """The column of months; they lie within the months that the delivery note names."""
    control_totals: Annotated[list[Slug], Field(min_length=1)]
    """Columns of whole numbers whose sums the delivery note states."""

    _pattern = field_validator("pattern")(_compiled)


class Editions(Entry):
    listed: dict[str, ListedEdition] = {}
    found: FoundEditions | None = None
    snapshot: Snapshot | None = None
    inbox: DeliveredEditions | None = None

    @model_validator(mode="after")
    def inbox_stands_alone(self) -> Self:
        if self.inbox and (self.listed or self.found or self.snapshot):
            raise ValueError("inbox stands alone: what is handed over is never fetched as well")
        return self

    def __bool__(self) -> bool:
        return bool(self.listed or self.found or self.snapshot or self.inbox)


_NEEDED = {
    "csv": ("encoding", "delimiter"),
    "xlsx": ("sheet",),
    "xls": ("sheet",),
    "html": ("encoding",),
    "xml": ("record",),
    "json": ("record",),
    "topojson": ("record",),
}


class Layout(Entry):
    """One way in which the source lays out its table, recognised by its heading."""

    name: Slug
    basis: Basis = "bytes"
    """How the layout is known; ``bytes`` is proved by a file at hand that has it."""
    reader: Literal[
        "csv",
        "xlsx",
        "xls",
        "geojson",
        "topojson",
        "json",
        "jsonstat",
        "xml",
        "html",
        "parquet",
    ]
    columns: dict[str, str]
    """Contract column → the source's own heading, with ``{edition}`` and ``{school_year}``."""
    ignored: list[str] = []
    """Headings that are known and never reach raw; in json and xml ``name/*`` is all else below."""
    absent: list[str] = []
    """Contract columns that this layout does not have; they are empty in its rows."""
    number_repeats: bool = False
    """A heading that comes again is told apart by its count: »VK«, »VK (2)«."""
    ignore_case: bool = False
    editions: str | None = None
    encoding: Literal["utf-8", "cp1250"] | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | None = None
    header_rows: list[Annotated[int, Field(ge=1)]] = [1]
    first_row: Annotated[int, Field(ge=2)] | None = None
    """The first row of data, where it does not follow the heading (xlsx, xls)."""
    record: str | None = None
    """What makes one row: an element (xml), the path to a list (json), an object (topojson)."""
    unpack: Literal["zip", "gz"] | None = None
    members: str | None = None
    """Which files of a zip are read, each a table; without it there must be just one."""

    _editions = field_validator("editions")(_compiled)
    _members = field_validator("members")(_compiled)

    @model_validator(mode="after")
    def has_what_its_reader_needs(self) -> Self:
        needed = _NEEDED.get(self.reader, ())
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise ValueError(f"a layout of reader {self.reader} needs {', '.join(missing)}")
        return self


class DeclaredValue(Entry):
    """A text that the source writes in place of a value, and what it means."""

    text: str
    meaning: Label


class Column(Entry):
    type: Literal["text", "integer", "number", "date"]
    required: bool = False
    unique: bool = False
    pattern: str | None = None
    min: float | None = None
    max: float | None = None
    unit: str | None = None
    values: dict[Slug, DeclaredValue] = {}

    _pattern = field_validator("pattern")(_compiled)

    @model_validator(mode="after")
    def rules_fit_the_type(self) -> Self:
        if self.pattern is not None and self.type != "text":
            raise ValueError("pattern goes with type text only")
        if (self.min is not None or self.max is not None) and self.type not in (
            "integer",
            "number",
        ):
            raise ValueError("min and max go with types integer and number only")
        return self


class DropRows(Entry):
    """Rows that are no data (group titles such as »Okres Benešov«): dropped and counted."""

    where_all_empty: list[str] = []
    """Columns of the contract that are all empty in such a row."""
    where_equal: dict[str, str] = {}
    """Contract column → a text that only such a row has there (a heading printed again)."""

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not (self.where_all_empty or self.where_equal):
            raise ValueError("needs at least one of where_all_empty, where_equal")
        return self

    @property
    def columns(self) -> list[str]:
        return [*self.where_all_empty, *self.where_equal]


class Ending(Entry):
    """What is to be known of a source that goes on no more."""

    last_edition: str
    reason: Label
    successor: str | None
    """The dataset that goes on where this one ended; ``null`` where none is known."""


class Dataset(Entry):
    """One dataset of one producer: where it comes from, how it is laid out, what must hold."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*__[a-z][a-z0-9_]*$")]
    title: Label
    producer: Slug
    theme: Slug
    landing_page: str
    licence: Licence
    status: Literal["active", "ended", "withdrawn", "unverified", "by_agreement"]
    agreement: Agreement | None = None
    world: Literal["demo", "real"] | None = None
    """The only world in which there is such data; without it both."""
    ending: Ending | None = None
    """Of a dataset that has ended or was withdrawn; it stays in the registry for ever."""
    unverified_because: Label | None = None
    """What keeps the entry from being trusted, or, where nothing is read, why not."""
    calendar: Calendar
    grain: str
    editions: Annotated[Editions, BeforeValidator(lambda said: {} if said is None else said)]
    """``null`` where no place is known to hold the dataset."""
    layouts: list[Layout]
    """``[]`` where the layout is not known: the dataset has no data, and the registry says so."""
    columns: dict[Slug, Column]
    key: list[str] = []
    drop_rows: DropRows | None = None
    totals: dict[str, dict[str, float]] = {}
    max_megabytes: Annotated[int, Field(gt=0)] = 64
    redirect_hosts: list[Host] = []
    """Hosts that a redirect may lead to, beside those of its addresses and of ``hosts.yml``."""

    @model_validator(mode="after")
    def status_is_explained(self) -> Self:
        over = self.status in ("ended", "withdrawn")
        if over != (self.ending is not None):
            raise ValueError("ending goes with status ended or withdrawn, and only so")
        doubted = self.status == "unverified" or not self.layouts
        if doubted != (self.unverified_because is not None):
            raise ValueError(
                "unverified_because goes with status unverified or a layout that is not known, and "
                "only so"
            )
        if not self.layouts and (self.status not in ("ended", "withdrawn", "unverified")):
            raise ValueError(f"status {self.status} needs a layout")
        if bool(self.layouts) != bool(self.columns) or (self.editions and not self.layouts):
            raise ValueError("what has no layout has no columns and no editions either")
        if self.status == "active" and not self.editions:
            raise ValueError("an active dataset needs a place: listed, found or snapshot")
        if self.status == "active" and all(x.basis == "recalled" for x in self.layouts):
            raise ValueError("a layout that is only recalled goes with status unverified")
        return self

    @model_validator(mode="after")
    def names_fit_together(self) -> Self:
        names = set(self.columns)
        for layout in self.layouts:
            said = [*layout.columns, *layout.absent]
            if sorted(said) != sorted(names):
                difference = sorted(set(said) ^ names or set(layout.absent))
                raise ValueError(
                    f"layout {layout.name} and the contract name different columns: "
                    + ", ".join(difference)
                )
        for where, used in (
            ("key", self.key),
            ("totals", self.totals),
            ("drop_rows", self.drop_rows.columns if self.drop_rows else []),
        ):
            unknown = sorted(set(used) - names - set(PROVENANCE))
            if unknown:
                raise ValueError(f"{where} names unknown columns: {', '.join(unknown)}")
        layouts = [layout.name for layout in self.layouts]
        wanted = [e.layout for e in self.editions.listed.values() if e.layout]
        if self.editions.snapshot and self.editions.snapshot.layout:
            wanted.append(self.editions.snapshot.layout)
        for name in wanted:
            if name not in layouts:
                raise ValueError(f"an edition asks for layout {name}, which is not declared")
        return self

    @model_validator(mode="after")
    def agreement_fits_the_status(self) -> Self:
        """Data by agreement comes with its terms, through the inbox, and without free text."""
        terms, inbox = self.agreement, self.editions.inbox
        given = {
            "agreement": terms is not None,
            "editions.inbox": inbox is not None,
            "licence.id: agreement": self.licence.id == "agreement",
        }
        by_agreement = self.status == "by_agreement"
        for field, is_given in given.items():
            if is_given != by_agreement:
                needs = "needs" if by_agreement else "does not go with"
                raise ValueError(f"{field}: status {self.status} {needs} it")
        if terms is None or inbox is None:
            return self
        rule = terms.disclosure
        whole = {name for name, column in self.columns.items() if column.type == "integer"}
        for where, used, known in (
            ("editions.inbox.period_column", [inbox.period_column], set(self.columns)),
            ("editions.inbox.control_totals", inbox.control_totals, whole),
            ("agreement.disclosure.counts", rule.counts if rule else [], whole),
            ("agreement.disclosure.hidden_with", rule.hidden_with if rule else [], whole),
        ):
            unknown = sorted(set(used) - known)
            if unknown:
                kind = "columns" if known == set(self.columns) else "columns of whole numbers"
                raise ValueError(f"{where}: expected {kind}, found {', '.join(unknown)}")
        free = [n for n, c in self.columns.items() if c.type == "text" and c.pattern is None]
        if free:
            raise ValueError(
                f"columns.{free[0]}: text by agreement needs a pattern; free text may carry names"
            )
        return self

    @property
    def is_confidential(self) -> bool:
        """Whether its bytes and rows are for the eyes of those only who run the home."""
        return self.agreement is not None and self.agreement.access != "public"

    def is_of(self, world: str) -> bool:
        """Whether there is such data in a world at all."""
        return self.world in (None, world)

    @property
    def raw_columns(self) -> list[str]:
        """Names of the raw table's columns, in order: provenance, contract, declared values."""
        declared = [f"{name}__declared" for name, c in self.columns.items() if c.values]
        return [*PROVENANCE, *self.columns, *declared]
