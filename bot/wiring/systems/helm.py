"""Helm, where its program is configured beside a cluster."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.wiring.local import home
from bot.wiring.systems.clusters import account, apis
from bot.wiring.systems.opened import Opened, Surroundings
from tools.connectors.helm import Helm, Program, Releases, hands

_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_SERVER = "https://kubernetes.default.svc"


@asynccontextmanager
async def opened(around: Surroundings) -> AsyncIterator[Opened]:
    """Give the hands on Helm releases; nothing is asked or run yet."""
    settings = around.settings
    if settings.helm_program is None:
        yield Opened()
        return
    folder = home(settings) / "helm"
    folder.mkdir(mode=0o700, exist_ok=True)
    kubeconfig = settings.kubernetes_kubeconfig or pods_own(folder)
    async with apis(settings) as found:
        helms = {
            context: Helm(
                api,
                account(settings, api),
                Program(settings.helm_program, kubeconfig, context or settings.kubernetes_context, folder),
            )
            for context, api in found.items()
        }
        releases = Releases(helms, settings.kubernetes_places, around.catalogue)
        yield Opened(hands=hands(releases, settings.kubernetes_rollout_s))


def pods_own(folder: Path) -> Path:
    """Return a kubeconfig that names the pod's service account by its files; it holds no secret itself."""
    path = folder / "kubeconfig.json"
    cluster = {"server": _SERVER, "certificate-authority": str(_ACCOUNT / "ca.crt")}
    path.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "pod", "cluster": cluster}],
                "users": [{"name": "pod", "user": {"tokenFile": str(_ACCOUNT / "token")}}],
                "contexts": [{"name": "pod", "context": {"cluster": "pod", "user": "pod"}}],
                "current-context": "pod",
            }
        )
    )
    return path
