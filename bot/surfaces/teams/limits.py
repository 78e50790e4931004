"""How much Teams takes, and how often. Figures of July 2026; pure.

Sources: learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit and …/limits-specifications-teams.
"""

from typing import Final

MESSAGE_BYTES: Final = 100_000  # of a message with everything in it
PICTURE_BYTES: Final = 70_000  # of a picture, which grows by a third on its way
TEXT: Final = 12_000  # letters of a message, so that it fits whatever the letters are
CARD_TEXT: Final = 3_000  # letters of one text on a card
REFRESHED: Final = 60  # people in `refresh.userIds`
INVOKE_S: Final = 8.0  # Teams gives up on an invoke after about ten
THREAD: Final = ((7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0))  # messages of one thread: so many in so many s
TENANT: Final = ((50, 1.0),)  # requests of one Entra tenant
AGAIN: Final = frozenset({412, 429, 502, 504})  # statuses that Microsoft says to try again

ELLIPSIS: Final = "…"


def cut(text: str, most: int) -> str:
    """Return the text, ending in an ellipsis where it was longer."""
    return text if len(text) <= most else text[: most - 1] + ELLIPSIS


def pieces(text: str, most: int = TEXT) -> list[str]:
    """Return the text in pieces of at most `most` letters, parted at the ends of lines where there are any."""
    found: list[str] = []
    while len(text) > most:
        at = text.rfind("\n", 0, most) + 1 or most
        found.append(text[:at])
        text = text[at:]
    return [*found, text] if text else found
