"""Signs of a person in a delivered table: it must hold aggregates, so these are refused.

A heading that asks for a name, a birth number or a way to reach somebody, and cells that have
the form of a Czech birth number (rodné číslo). No message repeats such a cell.
"""

import re
import unicodedata

from assets.readers import Table

_HEADINGS = re.compile(
    r"\b(rodne|rc|rodcislo|jmeno|jmena|prijmeni|krestni|narozeni|narozen|telefon|e ?mail|"
    r"cislo op|cislo pojistence|pojistenec|first name|last name|surname|forename|given name|"
    r"full name|birth|date of birth|phone|personal id)\b"
)
_BIRTH_NUMBER = re.compile(r"(\d{2})(\d{2})(\d{2})(/?)(\d{3,4})")


def found_in(table: Table, counted: set[str]) -> str | None:
    """What in a table points at persons, in words without its content; None if nothing does.

    ``counted`` are the headings of numbers: there only a number with its stroke is a sign,
    since a large amount can have ten digits too.
    """
    for heading in table.header:
        if _HEADINGS.search(_plain(heading)):
            return f"column »{heading}«, whose heading asks for personal data"
    strict = [heading in counted for heading in table.header]
    for number, cells in table.rows:
        for heading, cell, is_counted in zip(table.header, cells, strict, strict=True):
            # The length rules out nearly every cell before the pattern is tried.
            if cell and 9 <= len(cell) <= 11 and is_birth_number(cell, with_stroke=is_counted):
                return f"a birth number (rodné číslo) in row {number}, column »{heading}«"
    return None


def is_birth_number(text: str, *, with_stroke: bool = False) -> bool:
    """Whether a text has the form of a Czech birth number, with or without its stroke."""
    match = _BIRTH_NUMBER.fullmatch(text.strip())
    if not match or (with_stroke and not match[4]):
        return False
    month, day = int(match[2]), int(match[3])
    # Women have 50 added to the month; since 2004 20 more may be added where numbers run out.
    has_date = month % 50 in {*range(1, 13), *range(21, 33)} and 1 <= day <= 31
    if match[4] or len(match[5]) == 3:
        return has_date
    whole = int(match[1] + match[2] + match[3] + match[5])
    # The last digit makes it divisible by 11; up to 1985 a rest of 10 was written as 0.
    return has_date and (whole % 11 == 0 or (whole // 10 % 11 == 10 and whole % 10 == 0))


def _plain(heading: str) -> str:
    """Lower case without diacritics, words apart."""
    letters = unicodedata.normalize("NFKD", heading)
    bare = "".join(c for c in letters if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", " ", bare)
