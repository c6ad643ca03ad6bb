"""How a source is cited: what its producer asks for, the edition that was read, and the licence."""

from assets.registry.model import Dataset

_LICENCES = {
    "CC-BY-4.0": ("licence CC BY 4.0", "licence CC BY 4.0"),
    "CC0-1.0": ("CC0 1.0", "CC0 1.0"),
    "not_protected": ("nechráněno autorským právem", "not protected by copyright"),
    "not_stated": ("licence neuvedena", "licence not stated"),
    "non_commercial": ("jen k nevýdělečnému užití", "for non-commercial use only"),
    "forbidden": ("šíření zakázáno", "not to be passed on"),
    "agreement": ("podle dohody s poskytovatelem", "under an agreement with the producer"),
}
_UNVERIFIED = ("původ neověřen", "origin not verified")
_INVENTED = ("smyšlená ukázková data", "invented demo data")


def citation(dataset: Dataset, edition: str, world: str) -> tuple[str, str]:
    """The line to print beside a figure, in Czech and English."""
    words = list(zip(_LICENCES[dataset.licence.id], ("vydání", "edition"), strict=True))
    lines = []
    for language, (licence, edited) in enumerate(words):
        title = (dataset.title.cs, dataset.title.en)[language]
        terms = [f"{edited} {edition}", licence]
        if dataset.status == "unverified":
            terms.append(_UNVERIFIED[language])
        if world == "demo":
            terms.append(_INVENTED[language])
        page = f". {dataset.landing_page}" if dataset.landing_page else ""
        source = dataset.licence.attribution.rstrip(".")
        lines.append(f"{source}. {title}; {'; '.join(terms)}{page}")
    return lines[0], lines[1]
