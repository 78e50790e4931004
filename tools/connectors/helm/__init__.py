"""Helm: history and differences read from Helm's own records through the API server, rollback by the helm program.

There is no Helm client for this language, and a rollback is more than applying a manifest: hooks, three-way merges
and a new record. So helm itself does it, and everything else is done without it.
"""

from tools.connectors.helm.hands import HelmHistory, HelmRollbackHand
from tools.connectors.helm.program import Program
from tools.connectors.helm.releases import Helm, Releases
from tools.contract import Tool

__all__ = ["Helm", "Program", "Releases", "hands"]


def hands(releases: Releases, within_s: float) -> tuple[Tool, ...]:
    """Return every hand on Helm releases; a rollout may take `within_s` before it has failed."""
    return (HelmHistory(releases), HelmRollbackHand(releases, within_s))
