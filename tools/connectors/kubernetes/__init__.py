"""Kubernetes: releases, rollbacks, restarts, scaling and sizes of Deployments, rollouts, pods, events, nodes.

Every act asks for its rights first, is rehearsed by the API server, and is recorded on the object that it changes.
"""

from tools.connectors.kubernetes.acting import Terms
from tools.connectors.kubernetes.draining import NodeDrain
from tools.connectors.kubernetes.fleet import Cluster, Fleet
from tools.connectors.kubernetes.looking import EventsList, LogsSearch, PodsList, PodsLogs
from tools.connectors.kubernetes.nodes import NodeCordon, NodeList, NodePods, NodeUncordon
from tools.connectors.kubernetes.processes import RolloutPause, RolloutResume, ServiceRestart, ServiceScale
from tools.connectors.kubernetes.reading import (
    DeploysList,
    RolloutDescribe,
    RolloutStatus,
    ServiceDescribe,
    ServiceList,
)
from tools.connectors.kubernetes.releases import DeployRelease, DeployRollback
from tools.connectors.kubernetes.resizing import ServiceResize
from tools.contract import Tool

__all__ = ["Cluster", "Fleet", "Terms", "hands"]


def hands(fleet: Fleet, terms: Terms) -> tuple[Tool, ...]:
    """Return every hand on these clusters."""
    looking = (ServiceList, ServiceDescribe, DeploysList, RolloutStatus, RolloutDescribe)
    closer = (LogsSearch, PodsList, PodsLogs, EventsList, NodeList, NodePods)
    acting = (DeployRelease, DeployRollback, ServiceRestart, ServiceScale)
    holding = (ServiceResize, RolloutPause, RolloutResume)
    return (
        *(kind(fleet) for kind in looking),
        *(kind(fleet) for kind in closer),
        *(kind(fleet, terms) for kind in (*acting, *holding)),
        NodeCordon(fleet),
        NodeUncordon(fleet),
        NodeDrain(fleet, terms.rollout_s),
    )
