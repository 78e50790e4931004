"""Our own incidents: the hands that look at them, declare them and care for them. Nothing outside is touched."""

from tools.connectors.incidents.acting import Hand
from tools.connectors.incidents.book import Book
from tools.connectors.incidents.declaring import Declare
from tools.connectors.incidents.deeds import DEEDS
from tools.connectors.incidents.reading import IncidentList, IncidentShow, IncidentTimeline
from tools.contract import Tool

__all__ = ["Book", "hands"]


def hands(book: Book) -> tuple[Tool, ...]:
    """Return every hand there is for incidents."""
    return (
        IncidentList(book),
        IncidentShow(book),
        IncidentTimeline(book),
        Declare(book),
        *(Hand(book, deed) for deed in DEEDS),
    )
