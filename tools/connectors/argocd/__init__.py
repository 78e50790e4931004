"""Argo CD over its REST API: how applications stand, going back to an earlier deployment, and auto-sync."""

from tools.connectors.argocd.api import Argo
from tools.connectors.argocd.hands import ArgoAutoSync, ArgoRollbackHand, ArgoStatus
from tools.contract import Tool

__all__ = ["Argo", "hands"]


def hands(argo: Argo, within_s: float) -> tuple[Tool, ...]:
    """Return every hand on Argo CD's applications; a sync may take `within_s` before it has failed."""
    return (ArgoStatus(argo), ArgoRollbackHand(argo, within_s), ArgoAutoSync(argo, within_s))
