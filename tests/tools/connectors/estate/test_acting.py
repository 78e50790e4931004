"""Changing a running estate through the hands: shown before, done once, found again, taken back."""

import asyncio

import pytest

from bot.demo.records import ledger
from memory.errors import InvalidInput, UnknownService
from memory.model.intent import Provenance
from memory.model.plan import Call, Comparison
from memory.model.run import Preview
from memory.model.value import JsonValue
from tests.estates import Running, fresh_key
from tests.tools.connectors.estate.hands import Hands

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHECKOUT: dict[str, JsonValue] = {"service": "checkout", "environment": "production"}
PAYMENTS: dict[str, JsonValue] = {"service": "payments", "environment": "production"}
STOREFRONT: dict[str, JsonValue] = {"service": "storefront", "environment": "production"}


async def counted(running: Running, key: str) -> int:
    return len([effect for effect in ledger(running.estate.directory) if effect.key == key])


def changes(preview: Preview) -> list[tuple[str, str, str]]:
    return [(change.field, change.before, change.after) for change in preview.changes]


async def test_a_rollback_settles_its_version_and_its_undo_and_takes_both(on: Hands, running: Running) -> None:
    await running.post("/v1/services/checkout/deploy", version="1.4.2")
    preview = await on.preview("deploy.rollback", **CHECKOUT)
    assert preview.call == Call(
        tool="deploy.rollback",
        arguments={**CHECKOUT, "version": "1.4.1"},
        provenance={"version": Provenance.CATALOGUE},
    )
    assert changes(preview) == [("version", "1.4.2", "1.4.1")]
    assert preview.undo == Call(tool="deploy.release", arguments={**CHECKOUT, "version": "1.4.2"})
    replicas, dependant = preview.blast_radius
    assert replicas.startswith("2 replicas of checkout in production, ")
    assert replicas.endswith(" req/s now")
    assert dependant == "storefront leans on checkout"

    outcome = await on.act(fresh_key(), preview.call)
    assert outcome.ok
    assert outcome.summary == "checkout in production was rolled back from 1.4.2 to 1.4.1."
    assert outcome.undo == preview.undo
    assert (await running.service("checkout"))["version"] == "1.4.1"

    back = await on.preview("deploy.release", **CHECKOUT, version="1.4.2")
    assert back.warnings[0].startswith("checkout was rolled back from 1.4.2 at ")
    await on.act(fresh_key(), outcome.undo)
    assert (await running.service("checkout"))["version"] == "1.4.2"


async def test_an_act_under_one_key_takes_effect_once_and_is_found_again(on: Hands, running: Running) -> None:
    key = fresh_key()
    call = Call(tool="deploy.release", arguments={**PAYMENTS, "version": "3.2.1"})
    assert await on.look(key, "deploy.release") is None
    first, second = await asyncio.gather(on.act(key, call), on.act(key, call))
    found = await on.look(key, "deploy.release")
    assert found is not None
    assert first.summary == second.summary == found.summary
    assert first.undo == found.undo == Call(tool="deploy.rollback", arguments={**PAYMENTS, "version": "3.2.0"})
    assert await counted(running, key) == 1


async def test_a_restart_shows_the_processes_it_replaces_and_has_no_undo(on: Hands) -> None:
    preview = await on.preview("service.restart", **STOREFRONT)
    ((field, before, after),) = changes(preview)
    assert (field, after) == ("processes", "1 process, started anew")
    assert before.startswith("1 process since ")
    assert preview.undo is None
    outcome = await on.act(fresh_key(), preview.call)
    assert outcome.summary == "storefront in production was restarted."
    assert outcome.undo is None


async def test_scaling_says_from_how_many_to_how_many_and_back(on: Hands, running: Running) -> None:
    before = (await running.service("storefront"))["replicas"]
    preview = await on.preview("service.scale", **STOREFRONT, replicas=before + 1)
    assert changes(preview) == [("replicas", str(before), str(before + 1))]
    outcome = await on.act(fresh_key(), preview.call)
    assert (await running.service("storefront"))["replicas"] == before + 1
    assert outcome.undo == preview.undo == Call(tool="service.scale", arguments={**STOREFRONT, "replicas": before})
    await on.act(fresh_key(), outcome.undo)
    assert (await running.service("storefront"))["replicas"] == before


async def test_scaling_to_nothing_is_warned_of(on: Hands) -> None:
    preview = await on.preview("service.scale", **STOREFRONT, replicas=0)
    assert preview.warnings == ("storefront would answer nobody.",)


async def test_a_flag_is_switched_and_switched_back(on: Hands, running: Running) -> None:
    preview = await on.preview("flag.set", flag="express-checkout", enabled=True)
    assert changes(preview) == [("express-checkout", "off", "on")]
    assert "storefront leans on checkout" in preview.blast_radius
    outcome = await on.act(fresh_key(), preview.call)
    assert (
        outcome.undo
        == preview.undo
        == Call(tool="flag.set", arguments={"flag": "express-checkout", "enabled": False})
    )
    assert (await running.service("checkout"))["flags"]["express-checkout"]
    assert (await on.act(fresh_key(), outcome.undo)).summary.endswith("was given the flag express-checkout off.")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("deploy.release", {**PAYMENTS, "version": "{current}"}),
        ("deploy.release", {**PAYMENTS, "version": "v{current}"}),
        ("deploy.rollback", {**PAYMENTS, "version": "{current}"}),
        ("service.scale", {**PAYMENTS, "replicas": 1}),
        ("flag.set", {"flag": "fraud-screening", "enabled": True}),
    ],
)
async def test_what_would_change_nothing_says_so(
    on: Hands, running: Running, tool: str, arguments: dict[str, JsonValue]
) -> None:
    current = (await running.service("payments"))["version"]
    filled = {
        name: value.format(current=current) if isinstance(value, str) else value
        for name, value in arguments.items()
    }
    preview = await on.preview(tool, **filled)
    assert preview.changes == ()
    assert preview.undo is None
    assert preview.warnings
    assert preview.summary == preview.warnings[0]
    assert "nothing would change" in preview.summary


async def test_an_act_that_changes_nothing_says_so_and_offers_no_undo(on: Hands, running: Running) -> None:
    key = fresh_key()
    current = (await running.service("payments"))["version"]
    outcome = await on.act(key, Call(tool="deploy.release", arguments={**PAYMENTS, "version": current}))
    assert outcome.ok
    assert "nothing was changed" in outcome.summary
    assert outcome.undo is None
    assert await counted(running, key) == 0


ACTS: list[tuple[str, dict[str, JsonValue]]] = [
    ("deploy.release", {**CHECKOUT, "version": "1.4.3"}),
    ("deploy.rollback", {**CHECKOUT, "version": "1.4.0"}),
    ("service.restart", {**CHECKOUT}),
    ("service.scale", {**CHECKOUT, "replicas": 4}),
    ("flag.set", {"flag": "new-pricing", "enabled": True}),
]


async def test_a_preview_has_no_effect(on: Hands, running: Running) -> None:
    state = running.estate.directory / "state.json"

    async def everything() -> tuple[object, ...]:
        services = (await running.get("/v1/services"))["services"]
        started = [(service["name"], service["started_at"], service["instances"]) for service in services]
        return state.read_bytes(), ledger(running.estate.directory), started

    await running.post("/v1/flags/express-checkout", enabled=False)
    before = await everything()
    previews = [await on.preview(tool, **arguments) for tool, arguments in ACTS]
    assert all(preview.changes and preview.evidence for preview in previews)
    assert await everything() == before


@pytest.mark.parametrize(("tool", "arguments"), ACTS)
async def test_an_act_is_measured_by_the_error_rate_or_needs_no_measure(
    on: Hands, tool: str, arguments: dict[str, JsonValue]
) -> None:
    checks = on.actor(tool).checks(on.registry.arguments(tool, arguments))
    if tool == "service.scale":
        assert checks == ()
        return
    (check,) = checks
    assert check.call.tool == "metrics.signal"
    assert check.call.arguments == {**CHECKOUT, "signal": "error_rate", "window": "30s"}
    assert (check.comparison, check.bound) == (Comparison.BELOW, 0.02)
    assert 0 < check.settle_s < check.within_s, "a rate that looks back must not vouch for what was done just now"
    assert check.says == "checkout's error rate is below 2 %"


@pytest.mark.parametrize(
    ("tool", "arguments", "error", "words"),
    [
        ("deploy.release", {**CHECKOUT, "version": "9.9.9"}, InvalidInput, r"1\.4\.0, 1\.4\.1.*found '9\.9\.9'"),
        ("deploy.rollback", {**CHECKOUT, "version": "9.9.9"}, InvalidInput, "found '9.9.9'"),
        ("deploy.release", {**CHECKOUT, "environment": "staging", "version": "1.4.1"}, InvalidInput, "production"),
        ("service.restart", {"service": "chekout", "environment": "production"}, UnknownService, "checkout"),
        ("service.restart", {"service": "a/../b", "environment": "production"}, UnknownService, "checkout"),
        ("service.scale", {**CHECKOUT, "replicas": 6}, InvalidInput, "5 replicas of checkout at most, found 6"),
        ("flag.set", {"flag": "no-such-flag", "enabled": True}, InvalidInput, "new-pricing"),
    ],
)
async def test_what_the_estate_does_not_know_is_an_error_before_anything_is_done(
    on: Hands, tool: str, arguments: dict[str, JsonValue], error: type[InvalidInput], words: str
) -> None:
    with pytest.raises(error, match=words):
        await on.preview(tool, **arguments)


async def test_a_rollback_without_a_version_is_never_carried_out(on: Hands, running: Running) -> None:
    before = ledger(running.estate.directory)
    with pytest.raises(InvalidInput, match="settled"):
        await on.act(fresh_key(), Call(tool="deploy.rollback", arguments=CHECKOUT))
    assert ledger(running.estate.directory) == before
