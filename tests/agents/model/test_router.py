"""Routing over real HTTP: every way a provider fails, what takes its place, how long it takes, what is counted."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from decimal import Decimal

import pytest

from agents.model.completion import Begins, Completion
from agents.model.exchanges import failed
from agents.model.fleet import Data, Experiment, Need, Rules, Runtime, Size
from agents.model.purposed import INTERPRETATION, Purposed
from agents.model.question import Asker, on_behalf_of
from agents.prompts import prompt
from memory.errors import ModelUnavailable
from memory.model.model_call import CallOutcome
from memory.model.people import Role
from memory.model.value import JsonValue
from tests.agents.model.routing import ANSWER, Watched, model, provider, question, routed, tool
from tests.fakes.openai_server import FakeOpenAI, Manners, call, openai_server


@asynccontextmanager
async def two(
    first: Manners = Manners.JSON, *, timeout_s: float = 3.0, budget_s: float = 8.0, threshold: int = 3
) -> AsyncIterator[tuple[Watched, FakeOpenAI, FakeOpenAI]]:
    """Open a router over two providers, of which the first has these manners."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(openai_server(lambda _: ANSWER, first))
        other = await stack.enter_async_context(openai_server(lambda _: ANSWER))
        providers = (provider("one", one, timeout_s=timeout_s), provider("two", other))
        rules = Rules(order=("one", "two"))
        subject = await stack.enter_async_context(
            routed(providers, rules=rules, budget_s=budget_s, threshold=threshold)
        )
        yield subject, one, other


async def came_true(condition: Callable[[], bool]) -> None:
    """Wait, within bounds, until something holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # what another end of a connection does has no event here
            await asyncio.sleep(0.01)


async def drained(pieces: AsyncIterator[str | Completion]) -> list[str | Completion]:
    return [each async for each in pieces]


async def test_the_first_model_of_the_order_answers_and_the_call_is_counted_with_its_cost() -> None:
    async with two() as (subject, one, other):
        said = await subject.router.ask(question())
        (counted,) = subject.calls()
    assert (said.model, said.provider, len(one.requests), len(other.requests)) == ("one", "one", 1, 0)
    assert (counted.outcome, counted.cost, counted.input_tokens) == (CallOutcome.ANSWERED, Decimal("0.000003"), 1)
    assert (counted.prompt, counted.tenant, counted.purpose) == ("interpret/1", "acme", "interpretation")


@pytest.mark.parametrize(
    ("manners", "outcome", "asked"),
    [
        (Manners.BROKEN, "failing", 2),
        (Manners.HANGS_UP, "unreachable", 2),
        (Manners.RATE_LIMITED, "rate_limited", 2),
        (Manners.DENIED, "denied", 1),
        (Manners.UNKNOWN_MODEL, "rejected", 1),
        (Manners.REFUSES, "refused", 1),
        (Manners.NO_CHOICES, "unreadable", 1),
        (Manners.HTML, "unreadable", 1),
        (Manners.BAD_ARGUMENTS, "unreadable", 1),
    ],
)
async def test_whatever_is_wrong_with_the_first_the_second_answers_and_a_question_is_retried_once_at_most(
    manners: Manners, outcome: str, asked: int
) -> None:
    async with two(manners) as (subject, one, other):
        said = await subject.router.ask(question())
        assert len(one.requests) == asked
    assert (said.model, len(other.requests)) == ("two", 1)
    assert subject.outcomes() == [("one", outcome)] * asked + [("two", "answered")]
    assert {each.model for each in said.tried} == {"one"}


@pytest.mark.parametrize("manners", [Manners.HANGS, Manners.DRIPS])
async def test_a_provider_that_hangs_costs_its_timeout_and_is_not_asked_again(manners: Manners) -> None:
    async with two(manners, timeout_s=0.3) as (subject, one, _), asyncio.timeout(3):
        said = await subject.router.ask(question())
        assert len(one.requests) == 1
    assert (said.model, subject.outcomes()[0]) == ("two", ("one", "timed_out"))


async def test_the_first_model_leaves_time_for_the_second() -> None:
    async with two(Manners.HANGS, timeout_s=3.0, budget_s=0.6) as (subject, _, _), asyncio.timeout(2):
        said = await subject.router.ask(question())
    assert said.model == "two"


async def test_nobody_is_asked_after_the_turns_end() -> None:
    async with two() as (subject, one, other):
        who = Asker(tenant="acme", correlation="cor", until=asyncio.get_running_loop().time())
        with on_behalf_of(who), pytest.raises(ModelUnavailable, match="no time was left"):
            await subject.router.ask(question())
        assert (one.requests, other.requests) == ([], [])


async def test_a_short_retry_after_is_honoured_and_the_same_model_answers() -> None:
    async with two(Manners.RATE_LIMITED) as (subject, one, other):
        one.retry_after, one.failing = "0.2", 1
        said = await subject.router.ask(question())
    assert (said.model, subject.paused, len(other.requests)) == ("one", [0.2], 0)


async def test_a_long_retry_after_goes_to_the_second_model_at_once() -> None:
    async with two(Manners.RATE_LIMITED) as (subject, one, _):
        one.retry_after = "5"
        said = await subject.router.ask(question())
        assert len(one.requests) == 1
    assert (said.model, subject.paused) == ("two", [])


async def test_without_a_second_model_a_retry_after_is_waited_for_as_long_as_the_turn_lasts() -> None:
    async with openai_server(lambda _: ANSWER, Manners.RATE_LIMITED) as server:
        server.retry_after, server.failing = "3", 1
        async with routed([provider("one", server)]) as subject:
            assert (await subject.router.ask(question())).model == "one"
            assert subject.paused == [3.0]
    async with openai_server(lambda _: ANSWER, Manners.RATE_LIMITED) as server:
        server.retry_after = "30"
        async with routed([provider("one", server)]) as subject:
            with pytest.raises(ModelUnavailable, match="429") as caught:
                await subject.router.ask(question())
            assert (subject.paused, caught.value.code) == ([], "model.rate_limited")


async def test_a_provider_that_keeps_failing_is_left_alone_until_its_rest_is_over() -> None:
    async with (
        openai_server(lambda _: ANSWER, Manners.BROKEN) as server,
        routed([provider("one", server)], threshold=2, rest_s=0.3) as subject,
    ):
        with pytest.raises(ModelUnavailable, match="500"):
            await subject.router.ask(question())
        with pytest.raises(ModelUnavailable, match="left alone until") as caught:
            await subject.router.ask(question())
        assert (len(server.requests), (caught.value.tried or ())[0].asked) == (2, False)
        server.manners = Manners.JSON
        await came_true(lambda: subject.breakers["one"].open_until() is None)
        assert (await subject.router.ask(question())).model == "one"


async def test_a_model_that_comes_back_has_its_place_again_after_a_while() -> None:
    async with two(Manners.BROKEN, threshold=9) as (subject, one, _):
        assert (await subject.router.ask(question())).tried
        one.manners = Manners.JSON
        assert (await subject.router.ask(question())).model == "two"
        subject.clock.move(180)
        assert (await subject.router.ask(question())).model == "one"


async def test_a_refusal_or_nonsense_is_not_held_against_the_provider() -> None:
    async with two(Manners.REFUSES, threshold=1) as (subject, _, _):
        await subject.router.ask(question())
        assert subject.breakers["one"].open_until() is None


async def test_where_every_model_fails_the_error_names_each_with_why() -> None:
    async with two(Manners.REFUSES) as (subject, _, other):
        other.manners = Manners.UNKNOWN_MODEL
        with pytest.raises(
            ModelUnavailable, match=r"^one refused to answer, and two answered with an error \(404\)$"
        ) as caught:
            await subject.router.ask(question())
    assert caught.value.code == "model.rejected"


async def test_a_question_that_nobody_waits_for_is_counted_as_cancelled() -> None:
    async with two(Manners.HANGS) as (subject, one, _):
        asking = asyncio.create_task(subject.router.ask(question()))
        await came_true(lambda: bool(one.requests))
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert subject.outcomes() == [("one", "cancelled")]


async def test_tools_are_offered_and_the_one_that_is_named_is_the_one_that_comes() -> None:
    def script(_: object) -> dict[str, object]:
        return {"content": "", "tool_calls": [call("look", {"where": "here"}), call("other", {}, "call_2")]}

    tools = (tool("look"), tool("other"))
    async with openai_server(script=script) as server, routed([provider("one", server)]) as subject:
        both = await subject.router.ask(question(tools=tools))
        named = await subject.router.ask(question(tools=tools, choice="other"))
        some = await subject.router.ask(question(tools=tools, choice="any"))
        sent = [each["tool_choice"] for each in server.requests]
    assert [each.name for each in both.requests] == ["look", "other"]
    assert both.requests[0].arguments == {"where": "here"}
    assert [each.name for each in named.requests] == ["other"]
    assert len(some.requests) == 2
    assert sent == ["auto", {"type": "function", "function": {"name": "other"}}, "required"]


async def test_an_arm_of_an_experiment_goes_first_and_is_recorded_and_the_same_person_falls_to_the_same() -> None:
    trial = Experiment(name="smaller", need=Need.CLASSIFY, arms={"a": "one", "b": "two"})
    async with openai_server(lambda _: ANSWER) as server:
        providers = (provider("one", server), provider("two", server))
        async with routed(providers, experiments=[trial]) as subject:
            people = tuple(f"p{number}" for number in range(12))
            for person in (*people, *people[:2]):
                with on_behalf_of(Asker(tenant="acme", correlation="cor", person=person)):
                    await subject.router.ask(question())
            counted = subject.calls()
    fell = [(each.person, each.assignment.arm if each.assignment else "", each.model) for each in counted]
    assert {arm for _, arm, _ in fell} == {"a", "b"}
    assert fell[12:] == fell[:2]
    assert all(model == trial.arms[arm] for _, arm, model in fell)


async def test_a_daily_budget_that_is_spent_leaves_only_what_costs_nothing() -> None:
    async with openai_server(lambda _: ANSWER) as server:
        providers = (provider("one", server), provider("two", server))
        models = (model("paid", "one"), model("free", "two", price=0))
        rules = Rules(
            order=("paid", "free"), most_cost=Decimal("0.004098")
        )  # one call at most, as it may cost 0.004098
        async with routed(providers, models, rules=rules) as subject:
            answered = [(await subject.router.ask(question())).model for _ in range(2)]
            subject.clock.move(86_400)
            answered.append((await subject.router.ask(question())).model)
    assert answered == ["paid", "free", "paid"]


async def test_where_rules_leave_no_model_the_error_says_why_and_nobody_is_asked() -> None:
    async with openai_server(lambda _: ANSWER) as server:
        rules = Rules(regions=("eu",), least_trust_for_evidence=60)
        async with routed([provider("one", server, region="us")], rules=rules) as subject:
            with pytest.raises(ModelUnavailable, match="one: it is in us, not in eu"):
                await subject.router.ask(question())
        async with routed([provider("one", server, region="eu")], rules=rules) as subject:
            with pytest.raises(ModelUnavailable, match="it is trusted 50, and 60 is asked for"):
                await subject.router.ask(question(data=Data.EVIDENCE))
        assert server.requests == []


async def test_tenants_have_rules_of_their_own() -> None:
    async with openai_server(lambda _: ANSWER) as server:
        providers = (provider("one", server), provider("two", server))
        tenants = {"globex": Rules(never=("one",))}
        async with routed(providers, rules=Rules(order=("one",)), tenants=tenants) as subject:
            with on_behalf_of(Asker(tenant="globex", correlation="cor")):
                assert (await subject.router.ask(question())).model == "two"
            assert (await subject.router.ask(question())).model == "one"
            assert [each.tenant for each in subject.calls("globex")] == ["globex"]


async def test_an_investigation_goes_to_the_large_model_and_a_reading_to_the_small_one() -> None:
    async with openai_server(lambda _: ANSWER) as server:
        models = (model("big", "one", Size.LARGE), model("little", "one", Size.SMALL))
        async with routed([provider("one", server)], models) as subject:
            assert (await subject.router.ask(question(need=Need.CLASSIFY))).model == "little"
            assert (await subject.router.ask(question(need=Need.INVESTIGATE))).model == "big"


async def test_what_is_streamed_comes_in_pieces_with_the_time_of_the_first_and_the_whole_at_last() -> None:
    async with two() as (subject, one, _):
        begins, *texts, whole = [each async for each in subject.router.stream(question())]
    assert begins == Begins(model="one")
    assert isinstance(whole, Completion)
    assert "".join(map(str, texts)) == whole.text
    assert len(texts) > 3
    assert whole.first_token_s is not None
    assert one.requests[0]["stream"] is True
    assert [each.first_token_s for each in subject.calls()] == [whole.first_token_s]


async def test_another_model_takes_over_a_stream_and_says_so_before_its_first_word() -> None:
    async with two(Manners.BROKEN) as (subject, _, _):
        *_, whole = [each async for each in subject.router.stream(question())]
        assert isinstance(whole, Completion)
        assert whole.model == "two"
    async with two(Manners.HANGS_UP_MIDWAY) as (subject, one, _):
        pieces = [each async for each in subject.router.stream(question())]
        begun = [each.model for each in pieces if isinstance(each, Begins)]
        assert isinstance(pieces[-1], Completion)
        assert (begun[0], begun[-1], pieces[-1].model) == ("one", "two", "two")
        assert len(one.requests) == len(begun) - 1 == 2  # tried again once


async def test_nothing_is_read_ahead_of_whoever_takes_the_pieces_and_leaving_ends_the_request() -> None:
    async with two(Manners.ENDLESS, timeout_s=5.0) as (subject, one, _):
        async with aclosing(subject.router.stream(question())) as pieces:
            taken = [await anext(pieces) for _ in range(3)]
            await came_true(lambda: one.waiting)  # until what lies between is full, and then it waits
            assert one.sent < 20_000
        await came_true(lambda: one.abandoned > 0)
    assert len(taken) == 3
    assert subject.outcomes() == [("one", "cancelled")]


async def test_a_stream_whose_first_token_is_late_is_measured_as_such() -> None:
    async with two(Manners.SLOW_FIRST) as (subject, _, _):
        *_, whole = [each async for each in subject.router.stream(question())]
    assert isinstance(whole, Completion)
    assert (whole.first_token_s or 0) >= 0.2


class Masking:
    """A redaction that hides one word."""

    def begin(self, tenant: str, roles: Collection[Role]) -> "Masking":
        return self

    def hide(self, text: str) -> str:
        return text.replace("hunter2", "<secret-1>")

    def scan(self, text: str) -> str:
        return self.hide(text)

    def reveal(self, value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {name: self.reveal(each) for name, each in value.items()}
        return value.replace("<secret-1>", "hunter2") if isinstance(value, str) else value

    def found(self) -> Mapping[str, int]:
        return {"secret": 1}


async def test_every_prompt_passes_redaction_and_what_comes_back_is_revealed_but_never_recorded() -> None:
    echo = lambda text: {"said": text}  # noqa: E731  # one line says it
    async with openai_server(echo) as server:
        async with routed([provider("one", server)], redaction=Masking()) as subject:
            said = await subject.router.ask(question("my password is hunter2"))
        sent = server.requests[0]["messages"][0]["content"]
    assert sent == "my password is <secret-1>"
    assert "hunter2" in said.text
    assert "hunter2" not in said.shown + said.recorded


async def test_also_where_nobody_answers_no_record_has_what_is_hidden() -> None:
    async with (
        openai_server(lambda _: ANSWER, Manners.DENIED) as server,
        routed([provider("one", server)], redaction=Masking()) as subject,
    ):
        with pytest.raises(ModelUnavailable) as refused:
            await subject.router.ask(question("my password is hunter2"))
    exchanges = failed("interpret", prompt("interpret"), "my password is hunter2", refused.value.tried or ())
    assert exchanges
    assert {each.prompt.count("<secret-1>") for each in exchanges} == {1}
    assert not any("hunter2" in each.prompt for each in exchanges)


@pytest.mark.parametrize(
    ("runtime", "field"),
    [(Runtime.OPENAI, "max_completion_tokens"), (Runtime.VLLM, "max_tokens"), (Runtime.LITERT, "max_tokens")],
)
async def test_the_bound_on_an_answer_has_the_name_that_the_runtime_knows(runtime: Runtime, field: str) -> None:
    async with openai_server(lambda _: ANSWER) as server:
        async with routed([provider("one", server, runtime=runtime)]) as subject:
            await subject.router.ask(question(most_tokens=99))
        assert server.requests[0][field] == 99


async def test_azure_is_asked_by_its_deployment_and_version() -> None:
    async with openai_server(lambda _: ANSWER) as server:
        azure = provider("one", server, runtime=Runtime.AZURE, api_version="2025-01-01-preview")
        async with routed([azure.model_copy(update={"base_url": server.base_url.removesuffix("/v1")})]) as subject:
            assert (await subject.router.ask(question())).model == "one"
        assert server.paths == ["/openai/deployments/one/chat/completions?api-version=2025-01-01-preview"]


async def test_an_answer_that_is_used_again_is_counted_as_such_and_costs_nothing() -> None:
    async with two() as (subject, one, _):
        with on_behalf_of(Asker(tenant="acme", correlation="cor_7", person="alice")):
            await Purposed(subject.router, INTERPRETATION).reused("one")
            await Purposed(subject.router, INTERPRETATION).reused("gone")
        (counted,) = subject.calls()
        assert one.requests == []
    assert (counted.cached, counted.cost, counted.person) == (True, Decimal(0), "alice")
