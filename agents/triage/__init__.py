"""From noise to incidents: what is the same alert, what belongs together, and how bad it is. Pure.

It is given alerts and says what follows; it stores nothing, asks nobody, and declares nothing itself. What alerts
say is compared and quoted, never obeyed.
"""

from agents.triage.rules import TriageRules
from agents.triage.sorting import Sorted, Sorter

__all__ = ["Sorted", "Sorter", "TriageRules"]
