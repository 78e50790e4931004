"""Whether a provider is well, by its runtime's own means: its health endpoint, its list of models, its metrics."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit, urlunsplit

from agents.model.fleet import Model, Provider, Runtime
from bot.models.load import in_memory, samples
from bot.surfaces.models import ProviderHealth
from memory.errors import QuarterdeckError
from tools.http import HttpClient

PROBE_S = 3.0
LARGEST = 2**20  # bytes of metrics
_HEALTH = {
    Runtime.VLLM: "/health",
    Runtime.LLAMA_CPP: "/health",
    Runtime.OLLAMA: "/api/version",
    Runtime.TENSORRT_LLM: "/health",
    Runtime.TRITON: "/v2/health/ready",
}
_METRICS = {
    Runtime.VLLM: "/metrics",
    Runtime.LLAMA_CPP: "/metrics",
    Runtime.TRITON: "/metrics",
    Runtime.TENSORRT_LLM: "/prometheus/metrics",
    Runtime.OLLAMA: "/api/ps",
}
_TRITON_METRICS_PORT = 8002


async def probed(provider: Provider, models: tuple[Model, ...]) -> ProviderHealth:
    """Return how a provider fares, within a few seconds, and why where it is not well. Never raises for that."""
    clock = asyncio.get_running_loop().time
    began = clock()
    address = _health(provider)
    problem = await _problem(_reach(provider, address)) if address else ""
    listed, listing = await _listed(provider)
    metrics = await _metrics(provider)
    absent = [each.served_as for each in models if listed is not None and each.served_as not in listed]
    if not problem and absent:
        problem = f"it does not list {', '.join(absent)}"
    if not problem and listed is None and not address:
        problem = listing
    return ProviderHealth(
        provider=provider.name,
        runtime=provider.runtime.value,
        well=not problem,
        problem=problem,
        seconds=round(clock() - began, 3),
        models=listed or (),
        metrics=metrics,
    )


def simplest(provider: Provider) -> str:
    """Return the address of the least that says a provider is there: its health, or else its list of models.

    Neither is paid for. Empty for Azure, which has none of either with the rights of a key.
    """
    listing = "" if provider.runtime is Runtime.AZURE else f"{provider.base_url.rstrip('/')}/models"
    return _health(provider) or listing


async def reached(provider: Provider) -> str:
    """Return what is wrong with a provider by that one request, within a few seconds; empty where it is up."""
    return await _problem(_reach(provider, simplest(provider)))


def _health(provider: Provider) -> str:
    path = _HEALTH.get(provider.runtime, "")
    return provider.health_url or (f"{_root(provider)}{path}" if path else "")


def _root(provider: Provider) -> str:
    """Return where the server itself begins: its API's address without the path."""
    parts = urlsplit(provider.base_url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))


def _metrics_address(provider: Provider) -> str:
    if provider.metrics_url or provider.runtime not in _METRICS:
        return provider.metrics_url
    root = _root(provider)
    if provider.runtime is Runtime.TRITON:
        parts = urlsplit(root)
        root = f"{parts.scheme}://{parts.hostname}:{_TRITON_METRICS_PORT}"
    return f"{root}{_METRICS[provider.runtime]}"


async def _reach(provider: Provider, address: str) -> bytes:
    parts = urlsplit(address)
    client = _client(provider, urlunsplit((parts.scheme, parts.netloc, "", "", "")))
    try:
        return await client.get_bytes(parts.path or "/")
    finally:
        await client.close()


async def _problem(reached: Awaitable[bytes]) -> str:
    try:
        await reached
    except QuarterdeckError as error:
        return error.message
    return ""


async def _listed(provider: Provider) -> tuple[tuple[str, ...] | None, str]:
    """Return the models that a provider lists, None and why where it lists none."""
    if provider.runtime is Runtime.AZURE:
        return None, ""  # deployments are listed by another API, with other rights
    client = _client(provider, provider.base_url.rstrip("/"))
    try:
        answer = await client.get("/models")
    except QuarterdeckError as error:
        return None, error.message
    finally:
        await client.close()
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        return None, "its list of models cannot be read"
    return tuple(str(row["id"])[:120] for row in rows if isinstance(row, dict) and "id" in row), ""


async def _metrics(provider: Provider) -> dict[str, float]:
    address = _metrics_address(provider)
    if not address:
        return {}
    try:
        told = (await _reach(provider, address)).decode(errors="replace")
        return in_memory(json.loads(told)) if provider.runtime is Runtime.OLLAMA else samples(told)
    except (QuarterdeckError, ValueError):
        return {}


def _client(provider: Provider, base_url: str) -> HttpClient:
    key = provider.api_key.get_secret_value()
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return HttpClient(
        base_url,
        source=f"the model provider {provider.name}",
        headers=headers,
        timeout_s=PROBE_S,
        max_bytes=LARGEST,
        attempts=1,
    )


Probe = Callable[[Provider, tuple[Model, ...]], Awaitable[ProviderHealth]]
