"""The line that is printed beside a figure says who, what, which edition and on which terms."""

from typing import get_args

from assets.registry import load_registry
from assets.registry.model import Licence
from orchestration.release.citation import _LICENCES, citation


def test_a_citation_names_source_title_edition_and_licence() -> None:
    czech, english = citation(load_registry()["csu__population"], "2024", "real")
    assert czech.startswith("Zdroj: ČSÚ. Počet obyvatel v obcích")
    assert "; vydání 2024; licence CC BY 4.0" in czech
    assert "; edition 2024; licence CC BY 4.0" in english


def test_what_is_not_proven_or_invented_says_so() -> None:
    dataset = load_registry()["cuzk__town_districts"]
    assert "origin not verified" in citation(dataset, "2019", "real")[1]
    assert "invented demo data" in citation(dataset, "2019", "demo")[1]
    assert "invented" not in citation(dataset, "2019", "real")[1]


def test_every_licence_has_its_words() -> None:
    assert set(_LICENCES) == set(get_args(Licence.model_fields["id"].annotation))


def test_every_dataset_can_be_cited() -> None:
    for dataset in load_registry().values():
        for line in citation(dataset, "2024", "real"):
            assert dataset.licence.attribution.rstrip(".") in line
            assert ".." not in line
