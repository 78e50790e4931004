"""Savings, looked at: what could be saved, how to get under a sum, what was saved. Nothing outside is changed."""

from tools.connectors.savings.book import Book
from tools.connectors.savings.looking import SavingsList, SavingsMeasured, SavingsUnder
from tools.contract import Tool

__all__ = ["Book", "hands"]


def hands(book: Book) -> tuple[Tool, ...]:
    """Return the hands that look at savings."""
    return (SavingsList(book), SavingsUnder(book), SavingsMeasured(book))
