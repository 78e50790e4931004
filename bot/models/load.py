"""What a runtime says of its load, whatever it calls it: requests, cache, latency, what is in memory. Pure.

Figures are by our names: `running` and `waiting` requests, `answered` and `failed` ones since it started,
`cache_full` as a fraction, `first_token_s` on average, `tokens_per_s`, models `loaded`, the fraction `in_gpu`.
"""

import re
from collections.abc import Iterator
from typing import Any

_NAMES = {
    "vllm:num_requests_running": "running",
    "vllm:num_requests_waiting": "waiting",
    "vllm:kv_cache_usage_perc": "cache_full",
    "vllm:gpu_cache_usage_perc": "cache_full",
    "vllm:request_success_total": "answered",
    "vllm:time_to_first_token_seconds_sum": "first_token_sum",
    "vllm:time_to_first_token_seconds_count": "first_token_count",
    "llamacpp:requests_processing": "running",
    "llamacpp:requests_deferred": "waiting",
    "llamacpp:kv_cache_usage_ratio": "cache_full",
    "llamacpp:predicted_tokens_seconds": "tokens_per_s",
    "trtllm_request_success_total": "answered",
    "trtllm_kv_cache_utilization": "cache_full",
    "trtllm_time_to_first_token_seconds_sum": "first_token_sum",
    "trtllm_time_to_first_token_seconds_count": "first_token_count",
    "nv_inference_pending_request_count": "waiting",
    "nv_inference_request_success": "answered",
    "nv_inference_request_failure": "failed",
}
_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})?\s+([0-9.eE+-]+)(?:\s+\d+)?$")


def samples(text: str) -> dict[str, float]:
    """Return what metrics in Prometheus' text format say, summed over labels."""
    found: dict[str, float] = {}
    for name, value in _lines(text):
        found[name] = found.get(name, 0.0) + value
    total, count = found.pop("first_token_sum", 0.0), found.pop("first_token_count", 0.0)
    return found | ({"first_token_s": round(total / count, 4)} if count else {})


def in_memory(answer: Any) -> dict[str, float]:
    """Return what Ollama's list of running models says (`/api/ps`); nothing of what is none."""
    listed = answer.get("models") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        return {}
    sizes = [(_number(each, "size"), _number(each, "size_vram")) for each in listed if isinstance(each, dict)]
    whole, gpu = (sum(each) for each in zip(*sizes, strict=True)) if sizes else (0.0, 0.0)
    return {"loaded": float(len(sizes))} | ({"in_gpu": round(gpu / whole, 3)} if whole else {})


def _number(row: dict[str, Any], name: str) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _lines(text: str) -> Iterator[tuple[str, float]]:
    for line in text.splitlines():
        sample = _SAMPLE.match(line.strip())
        name = _NAMES.get(sample[1].replace("trtllm:", "trtllm_")) if sample else None
        if sample and name:
            try:
                yield name, float(sample[2])
            except ValueError:
                continue
