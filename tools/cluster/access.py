"""Credentials for an API server: a kubeconfig of Quarterdeck's own, or the service account of its pod.

Only what a service account has is taken: a token or a client certificate. A login helper (`exec`, `auth-provider`)
is a person's way in, and is refused.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from memory.errors import DependencyMissing, InvalidSettings

if TYPE_CHECKING:
    from kubernetes.aio.client import ApiClient

_HELPERS = ("exec", "auth-provider", "username", "password")


@dataclass(frozen=True)
class Access:
    """A kubeconfig and one of its contexts (empty: the current one); without a kubeconfig, the pod's account."""

    kubeconfig: Path | None = None
    context: str = ""


async def connect(access: Access) -> "ApiClient":
    """Return a client with these credentials, read anew; nothing is asked of the API server yet.

    Raises `InvalidSettings` or `DependencyMissing`.
    """
    try:
        from kubernetes.aio.client import ApiClient, Configuration
        from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config_from_dict
    except ImportError:
        raise DependencyMissing(
            "expected the Kubernetes client, found it not installed", hint="pip install 'quarterdeck[kubernetes]'"
        ) from None
    configuration = Configuration()
    configuration.client_session_kwargs = {"trust_env": False}
    try:
        if access.kubeconfig is None:
            await asyncio.to_thread(load_incluster_config, configuration)
        else:
            said = await asyncio.to_thread(_read, access.kubeconfig)
            _require_own(said, access)
            await load_kube_config_from_dict(  # type: ignore[no-untyped-call]  # the client types its API only
                said, access.context or None, configuration
            )
        return ApiClient(configuration)
    except (ConfigException, OSError, KeyError, TypeError, ValueError) as error:
        where = access.kubeconfig or "the pod's service account"
        kind = type(error).__name__  # its text may quote what the file holds
        raise InvalidSettings(
            f"expected credentials for Kubernetes in {where}, found none that can be used ({kind})",
            hint="Set kubernetes_kubeconfig and kubernetes_context, or kubernetes_in_cluster inside a pod.",
        ) from None


def _read(path: Path) -> dict[str, Any]:
    """Return the kubeconfig with its relative paths made absolute; raises `InvalidSettings`."""
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidSettings(f"expected a kubeconfig at {path}, found: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError):
        raise InvalidSettings(f"expected {path} to be YAML in UTF-8, found something else") from None
    if not isinstance(said, dict) or not said.get("contexts"):
        raise InvalidSettings(f"expected {path} to be a kubeconfig with contexts, found something else")
    for section, wrapped in (("clusters", "cluster"), ("users", "user")):
        for entry in said.get(section) or ():
            _absolute(entry[wrapped], path.parent)
    return said


def _absolute(entry: dict[str, Any], folder: Path) -> None:
    for name in ("certificate-authority", "client-certificate", "client-key", "tokenFile"):
        if entry.get(name):
            entry[name] = str((folder / entry[name]).resolve())


def _require_own(said: dict[str, Any], access: Access) -> None:
    """Raise `InvalidSettings` for a context that is not there, or whose user logs in through a helper."""
    wanted = access.context or said.get("current-context")
    contexts = {entry["name"]: entry["context"] for entry in said["contexts"]}
    if wanted not in contexts:
        known = ", ".join(sorted(contexts))
        raise InvalidSettings(f"expected a context of {access.kubeconfig} ({known}), found {wanted!r}")
    users = {entry["name"]: entry["user"] for entry in said.get("users") or ()}
    helpers = [name for name in _HELPERS if name in (users.get(contexts[wanted].get("user")) or {})]
    if helpers:
        raise InvalidSettings(
            f"expected a service account's token in the context {wanted}, found {helpers[0]}",
            hint="Give Quarterdeck a service account of its own: deploy/kubernetes/access.yaml.",
        )
