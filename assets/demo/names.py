"""Invented Czech-sounding names, and the Czech alphabetical order of names.

Every name rests on a stem whose middle cluster occurs in no real municipality name; the unit
test walks through the whole vocabulary, so this holds for every seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

ONSETS = (
    "B", "Br", "Č", "D", "Dr", "F", "Fr", "G", "H", "Hl", "Hr", "Ch", "J", "K", "Kl", "Kr", "L",
    "M", "Ml", "N", "P", "Pl", "Pr", "R", "Ř", "S", "Sl", "Š", "Šl", "T", "Tr", "Tř", "V", "Vl",
    "Vr", "Z", "Ž", "Žl",
)  # fmt: skip
MIDDLES = (
    "eňkl", "ouřd", "uřm", "arvěn", "ůždr", "amrl", "ižň", "orvl", "yzmr", "edřn", "oltň", "utvřen",
    "avňuv", "olbuv", "umžl", "ořtin", "izvel", "akuměn", "ebřul", "odůžn", "ajměř", "irkůn",
    "ozňan", "ůvřet", "erněvl", "ulověn", "abřil", "imonůl", "ovuřan", "ugren", "astůk", "epňar",
)  # fmt: skip
ENDINGS = ("ov", "ice", "ín", "any", "ec", "á", "sko", "ovice", "iny", "ůvky", "ěves")
PREFIXES = ("Dolní", "Horní", "Přední", "Zadní")
RIVERS = ("Vlňůvkou", "Řesnavkou", "Mžulnou", "Ňuřavou", "Břelší", "Čmelůvkou", "Dřuzinou")
SOFT_LABIALS = "bpvmdtnf"

_ALPHABET = "aábcčdďeéěfghiíjklmnňoópqrřsštťuúůvwxyýzž"
_PRIMARY = str.maketrans("áďéěíňóťúůý", "adeeinotuuy")


def stems() -> Iterator[str]:
    """All stems, in a fixed order."""
    for onset in ONSETS:
        for middle in MIDDLES:
            yield onset + middle


def plain_names() -> list[str]:
    """All one-word names the vocabulary can make."""
    return [
        stem + ending
        for stem in stems()
        for ending in ENDINGS
        if not (ending.startswith("ě") and stem[-1] not in SOFT_LABIALS)
    ]


def adjective(stem: str) -> str:
    """The adjective used for a region, as in "Breňkovský"."""
    return f"{stem}ovský"


def distinct_names(count: int, rng: random.Random) -> list[str]:
    """``count`` different names; the first ones are one word, later ones mixed with longer.

    When every word has had its turn, the forms of the words not yet taken follow.
    """
    words = plain_names()
    rng.shuffle(words)
    names: list[str] = []
    for word in words:
        draw = rng.random()
        if len(names) < 20 or draw < 0.80:
            names.append(word)
        elif draw < 0.90:
            names.append(f"{rng.choice(PREFIXES)} {word}")
        else:
            names.append(f"{word} nad {rng.choice(RIVERS)}")
        if len(names) == count:
            return names
    taken = set(names)
    more = [form for word in words for form in _forms(word) if form not in taken]
    rng.shuffle(more)
    names += more[: count - len(names)]
    if len(names) < count:
        raise ValueError(f"the vocabulary makes {len(names)} names, {count} were wanted")
    return names


def _forms(word: str) -> list[str]:
    """All names a word can make."""
    prefixed = [f"{prefix} {word}" for prefix in PREFIXES]
    return [word, *prefixed, *(f"{word} nad {river}" for river in RIVERS)]


def short_name(name: str) -> str:
    """The short text of the code lists: long names lose letters, as in the real lists."""
    return name if len(name) <= 24 else name.replace(" nad ", " n.")


def collation_key(name: str) -> tuple[list[int], str]:
    """Sorting key for the Czech alphabet (ch after h, č after c, accents decide last)."""
    primary: list[int] = []
    text = name.lower()
    position = 0
    while position < len(text):
        if text.startswith("ch", position):
            primary.append(2 * _ALPHABET.index("h") + 1)
            position += 2
            continue
        letter = text[position].translate(_PRIMARY)
        primary.append(2 * _ALPHABET.index(letter) if letter in _ALPHABET else -1)
        position += 1
    return primary, name
