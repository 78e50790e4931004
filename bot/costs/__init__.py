"""The costs of a tenant: its sources of bills, and typed questions about what they said.

`Costs` is what the rest of the house asks; nobody else reaches the mart.
"""

from bot.costs.service import Costs
from memory.costs.mart import Freshness

__all__ = ["Costs", "Freshness"]
