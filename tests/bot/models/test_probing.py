"""Whether a provider is well, by its runtime's own means, asked over real HTTP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.model.fleet import Model, Provider, Runtime
from bot.models.load import in_memory, samples
from bot.models.probing import probed
from tests.fakes.openai_server import METRICS, OF_LLAMA_CPP, openai_server


def fleet(
    base_url: str, runtime: Runtime = Runtime.VLLM, name: str = "a-model"
) -> tuple[Provider, tuple[Model, ...]]:
    made = Provider(name="here", runtime=runtime, base_url=base_url)
    return made, (Model(name="small", id=name, provider="here"),)


async def test_a_vllm_server_is_asked_for_its_health_its_models_and_its_load() -> None:
    async with openai_server() as server:
        found = await probed(*fleet(server.base_url))
    assert (found.well, found.models) == (True, ("a-model",))
    assert found.metrics == {"running": 2.0, "waiting": 1.0, "cache_full": 0.25}


@pytest.mark.parametrize("runtime", [each for each in Runtime if each is not Runtime.AZURE])
async def test_every_runtime_is_well_where_its_server_is(runtime: Runtime) -> None:
    async with openai_server() as server:
        found = await probed(*fleet(server.base_url, runtime))
    assert found.well, found.problem


async def test_a_server_that_is_not_well_or_lists_another_model_is_said_to_be_so() -> None:
    async with openai_server() as server:
        server.well = False
        sick = await probed(*fleet(server.base_url))
        server.well = True
        other = await probed(*fleet(server.base_url, name="b-model"))
    assert not sick.well
    assert other.problem == "it does not list b-model"


async def test_a_server_that_is_not_there_is_no_error_but_a_finding() -> None:
    async with openai_server() as server:
        address = server.base_url
    found = await probed(*fleet(address, Runtime.OPENAI))
    assert not found.well
    assert found.problem


@pytest.mark.parametrize(
    ("runtime", "load"),
    [
        (Runtime.TENSORRT_LLM, {"answered": 7.0, "first_token_s": 0.25}),
        (Runtime.OLLAMA, {"loaded": 1.0, "in_gpu": 0.75}),
        (Runtime.LLAMA_CPP, {"running": 1.0, "tokens_per_s": 42.5}),
        (Runtime.LITERT, {}),
    ],
)
async def test_each_runtime_says_what_its_load_is_in_its_own_words(
    runtime: Runtime, load: dict[str, float]
) -> None:
    async with openai_server() as server:
        server.metrics = OF_LLAMA_CPP
        assert (await probed(*fleet(server.base_url, runtime))).metrics == load


def test_a_fraction_of_several_engines_or_under_two_names_is_the_fullest_and_times_are_averages() -> None:
    told = """vllm:kv_cache_usage_perc{engine="0"} 0.25
vllm:kv_cache_usage_perc{engine="1"} 0.75
vllm:gpu_cache_usage_perc{engine="1"} 0.75
vllm:request_queue_time_seconds_sum{engine="0"} 3.0
vllm:request_queue_time_seconds_count{engine="0"} 4.0
vllm:inter_token_latency_seconds_sum{engine="0"} 0.0
vllm:inter_token_latency_seconds_count{engine="0"} 0.0
vllm:generation_tokens_total{engine="0"} 5.0
vllm:generation_tokens_total{engine="1"} 6.0
"""
    assert samples(told) == {"cache_full": 0.75, "tokens": 11.0, "queue_s": 0.75}


_JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
)


@given(_JSON)
def test_a_list_of_running_models_that_is_none_is_read_as_none(answer: object) -> None:
    assert all(isinstance(each, float) for each in in_memory(answer).values())
    assert in_memory({"models": [answer]}).get("loaded", 0.0) <= 1


@given(st.text())
def test_metrics_that_are_none_are_read_as_none(text: str) -> None:
    assert all(isinstance(each, float) for each in samples(text).values())
    assert samples(text + "\n" + METRICS)["running"] >= 2
