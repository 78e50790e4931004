"""Incidents: declared, cared for, merged, resolved, and everything that happened in them, in order.

`Incidents` changes them for whoever may, `IncidentRoom` lets people do it and is what surfaces speak to.
"""

from bot.incidents.service import Incidents

__all__ = ["Incidents"]
