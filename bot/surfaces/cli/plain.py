"""Text from elsewhere, made harmless for a terminal. Pure.

An alert or a log line may carry escape sequences that move the cursor, forge what is shown above it or reverse
the reading direction. Nothing of that reaches the screen.
"""

import unicodedata

_KEPT = {"\n", "\t"}
_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def plain(text: str) -> str:
    """Return the text with every control character and direction override shown as `�`."""
    return "".join(letter if _harmless(letter) else "\N{REPLACEMENT CHARACTER}" for letter in text)


def shortened(text: str, longest: int) -> str:
    """Return harmless text on one line, cut with `…` where it is longer than `longest` letters."""
    line = " ".join(plain(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _harmless(letter: str) -> bool:
    if letter in _KEPT:
        return True
    return (
        unicodedata.category(letter) not in {"Cc", "Cs"} and unicodedata.bidirectional(letter) not in _DIRECTIONS
    )
