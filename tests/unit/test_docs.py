"""Links between the documents lead somewhere."""

import re

from tests.conftest import PROJECT


def test_links_lead_somewhere() -> None:
    for page in [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *PROJECT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
