"""Names as they are looked for, without accents, case and signs, and keys made of them."""

import unicodedata
from collections.abc import Collection
from itertools import count

LONGEST_STEM = 50


def folded(text: str) -> str:
    """`Éloïse D'Arc-Müller` as ` eloise d arc muller`: every word after a space, to be found by its beginning."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in plain.casefold()).split()
    return "".join(f" {word}" for word in words)


def new_key(name: str, taken: Collection[str], otherwise: str) -> str:
    """`durand-jeanne`, with a number where that is taken; made of `otherwise` where the name has no Latin letter."""
    stem = "-".join(folded(name).encode("ascii", "ignore").decode().split())[:LONGEST_STEM].strip("-") or otherwise
    if stem not in taken:
        return stem
    return next(key for number in count(2) if (key := f"{stem}-{number}") not in taken)
