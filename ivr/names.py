"""Names as they are looked for: without accents, case and signs."""

import unicodedata


def folded(text: str) -> str:
    """`Éloïse D'Arc-Müller` as ` eloise d arc muller`: every word after a space, to be found by its beginning."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in plain.casefold()).split()
    return "".join(f" {word}" for word in words)
