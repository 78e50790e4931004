"""What a runtime says of its load, whatever it calls it: requests, cache, latency, what is in memory. Pure.

Figures are by our names: `running` and `waiting` requests, `answered` and `failed` ones and `tokens` said since it
started, `cache_full` and `gpu_busy` as fractions, of several the fullest; `first_token_s`, `queue_s` and `token_s`
(from one to the next) on average, `tokens_per_s`, models `loaded`, the fraction `in_gpu`.
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
    "vllm:generation_tokens_total": "tokens",
    "llamacpp:requests_processing": "running",
    "llamacpp:requests_deferred": "waiting",
    "llamacpp:kv_cache_usage_ratio": "cache_full",
    "llamacpp:predicted_tokens_seconds": "tokens_per_s",
    "llamacpp:tokens_predicted_total": "tokens",
    "trtllm_request_success_total": "answered",
    "trtllm_kv_cache_utilization": "cache_full",
    "nv_inference_pending_request_count": "waiting",
    "nv_inference_request_success": "answered",
    "nv_inference_request_failure": "failed",
    "nv_gpu_utilization": "gpu_busy",
}
_AVERAGES = {  # of histograms, told apart by `_sum` and `_count`
    "vllm:time_to_first_token_seconds": "first_token_s",
    "vllm:request_queue_time_seconds": "queue_s",
    "vllm:inter_token_latency_seconds": "token_s",
    "vllm:time_per_output_token_seconds": "token_s",
    "trtllm_time_to_first_token_seconds": "first_token_s",
    "trtllm_request_queue_time_seconds": "queue_s",
    "trtllm_time_per_output_token_seconds": "token_s",
}
_FULLEST = frozenset({"cache_full", "gpu_busy"})  # fractions: of several engines, or under two names, never a sum
_PARTS = {f"{name}_{part}": (figure, part) for name, figure in _AVERAGES.items() for part in ("sum", "count")}
_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})?\s+([0-9.eE+-]+)(?:\s+\d+)?$")


def samples(text: str) -> dict[str, float]:
    """Return what metrics in Prometheus' text format say, over all labels."""
    found: dict[str, float] = {}
    sums: dict[tuple[str, str], float] = {}
    for name, value in _lines(text):
        if name in _PARTS:
            sums[_PARTS[name]] = sums.get(_PARTS[name], 0.0) + value
        elif _NAMES[name] in _FULLEST:
            found[_NAMES[name]] = max(found.get(_NAMES[name], 0.0), value)
        else:
            found[_NAMES[name]] = found.get(_NAMES[name], 0.0) + value
    counted = {figure: count for (figure, part), count in sums.items() if part == "count" and count > 0}
    return found | {figure: round(sums.get((figure, "sum"), 0.0) / many, 4) for figure, many in counted.items()}


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
        name = sample[1].replace("trtllm:", "trtllm_") if sample else ""
        if sample and (name in _NAMES or name in _PARTS):
            try:
                yield name, float(sample[2])
            except ValueError:
                continue
