"""Kubernetes, where a kubeconfig or the pod's own service account is configured."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.wiring.systems.clusters import account, answering, apis
from bot.wiring.systems.opened import Check, Opened, Surroundings
from tools.connectors.kubernetes import Cluster, Fleet, Terms, hands


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands on every cluster; nothing is asked yet."""
    settings = around.settings
    if not settings.uses_kubernetes():
        yield Opened()
        return
    async with apis(settings) as found:
        clusters = {name: Cluster(name, api, account(settings, api)) for name, api in found.items()}
        terms = Terms(rollout_s=settings.kubernetes_rollout_s, metrics=bool(settings.prometheus_url))
        fleet = Fleet(clusters, settings.kubernetes_places, around.catalogue)
        checks: dict[str, Check] = {each.api.source: answering(each.account) for each in clusters.values()}
        yield Opened(hands=hands(fleet, terms), checks=checks)
