"""Every capability Quarterdeck knows, as data: arguments, effect, tier, and how people ask for it."""

from tools.capabilities import alerts, deploys, flags, incidents, memory, metrics, services, turns
from tools.contract import Capability

EVERY: tuple[Capability, ...] = (
    *services.EVERY,
    *metrics.EVERY,
    *alerts.EVERY,
    *deploys.EVERY,
    *flags.EVERY,
    *turns.EVERY,
    *incidents.EVERY,
    *memory.EVERY,
)

__all__ = ["EVERY"]
