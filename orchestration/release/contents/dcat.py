"""The release as a record of DCAT-AP-CZ, which catalogues of open data read.

Its addresses are relative to the place where the release lies, so that it is true wherever that is.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assets.registry.model import Dataset
from orchestration.release.contents.declaration import Table

_EU = "http://publications.europa.eu/resource/authority"
_TERMS = "https://data.gov.cz/podmínky-užití"
CZECHIA = "https://linked.cuzk.cz/resource/ruian/stat/1"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "pu": "https://data.gov.cz/slovník/podmínky-užití/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FREQUENCIES = {
    "daily": "DAILY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "yearly": "ANNUAL",
    "on_change": "IRREG",
    "once": "NEVER",
}
"""From the most frequent: a table changes as often as its liveliest source."""
LICENCES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "not_protected": f"{_TERMS}/neobsahuje-autorská-díla/",
}
MANY_WORKS = f"{_TERMS}/obsahuje-více-autorských-děl/"
_MEDIA = {
    "csv": ("text/csv", "CSV"),
    "parquet": ("application/vnd.apache.parquet", "PARQUET"),
}


def catalogue(
    root: Path,
    tables: list[Table],
    sources: Mapping[str, Dataset],
    exposure: Mapping[str, Any],
    manifest: Mapping[str, Any],
) -> dict[str, Any]:
    """The catalogue of a release folder; ``sources`` are the datasets that it was made with."""
    about = exposure["config"]["meta"]
    publisher = {
        "@id": "#publisher",
        "@type": "foaf:Agent",
        "foaf:name": exposure["owner"]["name"],
    }
    notice = manifest["notice"] or {}
    records = [
        _dataset(root, table, [sources[s] for s in table.sources if s in sources], about, manifest)
        for table in tables
    ]
    return {
        "@context": CONTEXT,
        "@id": "#catalogue",
        "@type": "dcat:Catalog",
        "dcterms:title": _both(about["title"]),
        "dcterms:description": _both(
            {tag: " ".join(filter(None, [notice.get(tag), about["about"][tag]])) for tag in _TAGS}
        ),
        "dcterms:publisher": publisher,
        "dcterms:issued": _time(manifest["published_at"]),
        "dcat:version": manifest["release"],
        "foaf:homepage": {"@id": "dictionary.html"},
        "dcat:dataset": records,
    }


def _dataset(
    root: Path,
    table: Table,
    sources: list[Dataset],
    about: Mapping[str, Any],
    manifest: Mapping[str, Any],
) -> dict[str, Any]:
    columns = ", ".join(column.label["cs"] for column in table.columns)
    terms = _terms(sources)
    return {
        "@id": f"#{table.name}",
        "@type": "dcat:Dataset",
        "dcterms:title": _both(table.label),
        "dcterms:description": _both(
            {"cs": f"{table.label['cs']}. Sloupce: {columns}.", "en": table.description}
        ),
        "dcterms:publisher": {"@id": "#publisher"},
        "dcterms:issued": _time(manifest["published_at"]),
        "dcat:version": manifest["release"],
        "dcat:keyword": [
            {"@value": word, "@language": tag} for tag in _TAGS for word in about["keywords"][tag]
        ],
        "dcat:theme": [{"@id": f"{_EU}/data-theme/{theme}"} for theme in about["themes"]],
        "dcterms:accrualPeriodicity": {"@id": f"{_EU}/frequency/{frequency(sources)}"},
        "dcterms:spatial": _place(manifest["world"]),
        "dcterms:source": [{"@id": page} for page in sorted({s.landing_page for s in sources})],
        "foaf:page": {"@id": f"dictionary.html#{table.name}"},
        "dcat:distribution": [
            _distribution(root, table, form, terms, sources) for form in ("csv", "parquet")
        ],
    }


def _distribution(
    root: Path, table: Table, form: str, terms: Mapping[str, Any], sources: list[Dataset]
) -> dict[str, Any]:
    media, file_type = _MEDIA[form]
    address = f"{form}/{table.name}.{form}"
    record: dict[str, Any] = {
        "@id": f"#{table.name}-{form}",
        "@type": "dcat:Distribution",
        "dcterms:title": _both({"cs": file_type, "en": file_type}),
        "dcat:downloadURL": {"@id": address},
        "dcat:accessURL": {"@id": address},
        "dcat:mediaType": {"@id": f"http://www.iana.org/assignments/media-types/{media}"},
        "dcterms:format": {"@id": f"{_EU}/file-type/{file_type}"},
        "dcat:byteSize": {
            "@value": str((root / address).stat().st_size),
            "@type": "xsd:nonNegativeInteger",
        },
        "dcterms:rights": _both(_rights(sources)),
        "pu:specifikace": {"@id": f"#{table.name}-{form}-terms", **terms},
    }
    if form == "csv":
        record["dcterms:conformsTo"] = {"@id": f"{address}-metadata.json"}
    return record


def _terms(sources: list[Dataset]) -> dict[str, Any]:
    """The terms of use; one licence is named only where it holds for all that went in."""
    work = work_licence({source.licence.id for source in sources})
    terms: dict[str, Any] = {
        "@type": "pu:Specifikace",
        "pu:autorské-dílo": {"@id": work},
        "pu:databáze-jako-autorské-dílo": {
            "@id": f"{_TERMS}/není-autorskoprávně-chráněnou-databází/"
        },
        "pu:databáze-chráněná-zvláštními-právy": {
            "@id": f"{_TERMS}/není-chráněna-zvláštním-právem-pořizovatele-databáze/"
        },
        "pu:osobní-údaje": {"@id": f"{_TERMS}/neobsahuje-osobní-údaje/"},
    }
    if work == LICENCES["CC-BY-4.0"]:
        named = sorted({source.licence.attribution for source in sources})
        terms["pu:autor"] = {"@value": "; ".join(named), "@language": "cs"}
    return terms


def work_licence(licences: set[str]) -> str:
    """The licence that holds for all of these together, or that there are several works."""
    for name in ("CC-BY-4.0", "CC0-1.0", "not_protected"):
        if name in licences and licences <= LICENCES.keys():
            return LICENCES[name]
    return MANY_WORKS


def _rights(sources: list[Dataset]) -> dict[str, str]:
    stated = ", ".join(f"{source.id}: {source.licence.id}" for source in sources)
    if not stated:
        return {
            "cs": "Katalog AGIS; nadpisy a názvy souborů pocházejí ze zdrojů (tabulka dataset).",
            "en": "Catalogue of AGIS; headings and file names are the sources' (table dataset).",
        }
    return {
        "cs": f"Licence zdrojů (tabulka dataset): {stated}.",
        "en": f"Licences of the sources (table dataset): {stated}.",
    }


def frequency(sources: Iterable[Dataset]) -> str:
    """The frequency of the liveliest source; UNKNOWN where there is none."""
    cadences = {source.calendar.cadence for source in sources}
    return next((iri for cadence, iri in FREQUENCIES.items() if cadence in cadences), "UNKNOWN")


def _place(world: str) -> dict[str, Any]:
    if world == "real":
        return {"@id": CZECHIA}
    label = {"cs": "Smyšlená země", "en": "An invented country"}
    return {"@id": "#place", "@type": "dcterms:Location", "skos:prefLabel": _both(label)}


_TAGS = ("cs", "en")


def _both(text: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text[tag], "@language": tag} for tag in _TAGS]


def _time(value: str) -> dict[str, str]:
    return {"@value": value, "@type": "xsd:dateTime"}
