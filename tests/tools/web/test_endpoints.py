"""Requests to a real server: what is sent, what is refused, and once, whatever breaks."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import ValidationError

from memory.errors import (
    ConnectorRejected,
    ConnectorUnreachable,
    InvalidInput,
    InvalidSettings,
    OutcomeUnknown,
    ResponseTooLarge,
)
from memory.model.plan import Effect, Tier
from memory.model.run import Change
from tests.fakes.attempts import FakeAttempts
from tests.fakes.http import FaultyServer, answer, bomb, dripping, endless, hanging
from tests.fakes.web_target import WebTarget
from tests.tools.connectors.calls import context
from tools.connectors.web import Asking, hand
from tools.connectors.web.addresses import Guard
from tools.connectors.web.hands import EndpointAct, EndpointRead
from tools.declared.endpoint import Endpoint
from tools.once import Once
from tools.registry import validated

HERE = ("127.0.0.0/8",)
KNOB: dict[str, Any] = {
    "name": "knob",
    "title": "Turn the volume knob",
    "effect": "write",
    "tier": "execute",
    "method": "PUT",
    "parameters": {"level": {"kind": "integer", "least": 0, "most": 11}, "before": {"kind": "integer"}},
    "undo": {"tool": "http.knob", "arguments": {"level": "{before}", "before": "{level}"}},
    "networks": HERE,
}


def knob(target: WebTarget, **changes: object) -> Endpoint:
    return Endpoint.model_validate(
        {
            **KNOB,
            "url": f"{target.url}/knob/{{level}}",
            "look": {"url": f"{target.url}/done/{{key}}"},
            "state": {"url": f"{target.url}/knob", "value": "level", "after": "{level}"},
            **changes,
        }
    )


@pytest.fixture
async def target() -> AsyncIterator[WebTarget]:
    async with WebTarget() as target:
        yield target


def acting(endpoint: Endpoint, attempts: FakeAttempts | None = None) -> EndpointAct:
    made = hand(Asking(endpoint), attempts or FakeAttempts())
    assert isinstance(made, EndpointAct)
    return made


def looking(url: str, **changes: object) -> EndpointRead:
    read = {"name": "look", "title": "Look", "effect": "read", "tier": "observe", "url": url, "networks": HERE}
    made = hand(Asking(Endpoint.model_validate({**read, **changes})), FakeAttempts())
    assert isinstance(made, EndpointRead)
    return made


def given(tool: EndpointAct | EndpointRead, **values: object) -> Any:
    return validated(tool.capability, dict(values))  # type: ignore[arg-type]  # what somebody may type


async def test_a_fixed_get_is_read_and_its_value_found(target: WebTarget) -> None:
    tool = looking(f"{target.url}/knob", value="level")
    outcome = await tool.read(given(tool), context())
    assert (outcome.value, outcome.summary) == (3.0, "Look: 3.")
    assert outcome.evidence[0].source == "http.look"


async def test_a_preview_shows_the_exact_difference_and_sends_nothing(target: WebTarget) -> None:
    tool = acting(knob(target))
    preview = await tool.preview(given(tool, level=7, before=3), context())
    assert preview.changes == (Change(field="level", before="3", after="7"),)
    assert preview.undo is not None
    assert preview.undo.arguments == {"level": 3, "before": 7}
    assert [each.method for each in target.requests] == ["GET"]


async def test_what_stands_so_already_is_no_change(target: WebTarget) -> None:
    tool = acting(knob(target))
    assert (await tool.preview(given(tool, level=3, before=3), context())).changes == ()


async def test_the_key_goes_with_the_request_and_it_is_sent_once(target: WebTarget) -> None:
    tool = acting(knob(target))
    first = await tool.act(given(tool, level=7, before=3), context())
    again = await tool.act(given(tool, level=7, before=3), context())
    assert first == again
    assert target.effects == ["run_1:0"]
    assert first.undo is not None


async def test_a_server_that_dies_after_acting_is_asked_and_not_told_twice(target: WebTarget) -> None:
    tool, target.dying = acting(knob(target)), True
    with pytest.raises(ConnectorUnreachable):
        await tool.act(given(tool, level=7, before=3), context())
    found = await tool.look(context())
    assert found is not None
    assert found.ok
    assert await tool.act(given(tool, level=7, before=3), context()) == found
    assert target.effects == ["run_1:0"]


async def test_what_failed_and_did_not_happen_may_be_tried_again(target: WebTarget) -> None:
    tool, target.status = acting(knob(target)), 503
    with pytest.raises(ConnectorUnreachable):
        await tool.act(given(tool, level=7, before=3), context())
    assert await tool.look(context()) is None
    target.status = 200
    assert (await tool.act(given(tool, level=7, before=3), context())).ok
    assert target.effects == ["run_1:0"]


async def test_another_process_knows_what_was_begun(target: WebTarget) -> None:
    attempts = FakeAttempts()
    tool, target.dying = acting(knob(target), attempts), True
    with pytest.raises(ConnectorUnreachable):
        await tool.act(given(tool, level=7, before=3), context())
    found = await acting(knob(target), attempts).look(context())
    assert found is not None
    assert found.undo is not None
    assert found.undo.arguments["level"] == 3


async def test_what_was_never_begun_took_no_effect(target: WebTarget) -> None:
    assert await acting(knob(target)).look(context()) is None
    assert target.requests == []


async def test_a_refusal_is_an_outcome_and_changes_nothing(target: WebTarget) -> None:
    tool, target.status = acting(knob(target)), 409
    outcome = await tool.act(given(tool, level=7, before=3), context())
    assert not outcome.ok
    assert outcome.error_code == "connector.rejected"
    assert target.effects == []


async def test_a_server_that_cannot_say_leaves_it_unknown(target: WebTarget) -> None:
    tool, target.dying = acting(knob(target, look={"url": f"{target.url}/knob", "found": [201]})), True
    with pytest.raises(ConnectorUnreachable):
        await tool.act(given(tool, level=7, before=3), context())
    with pytest.raises(ConnectorUnreachable, match="say whether it took effect"):
        await tool.look(context())


async def test_nobody_there_means_nothing_was_begun() -> None:
    async with WebTarget() as gone:
        tool = acting(knob(gone))
    with pytest.raises(ConnectorUnreachable):
        await tool.act(given(tool, level=7, before=3), context())
    assert await tool.look(context()) is None


async def test_secrets_are_sent_and_never_shown(target: WebTarget) -> None:
    tool = looking(f"{target.url}/knob", headers={"Authorization": "Bearer s3cr3t-value"})
    outcome = await tool.read(given(tool), context())
    assert target.requests[0].headers["authorization"] == "Bearer s3cr3t-value"
    assert "s3cr3t-value" not in outcome.model_dump_json()
    assert "[secret]" in outcome.evidence[0].text


async def test_a_get_that_somebody_fills_in_is_egress_and_acts(target: WebTarget) -> None:
    endpoint = {
        "name": "find",
        "title": "Find it",
        "effect": "egress",
        "tier": "execute",
        "networks": HERE,
        "url": f"{target.url}/knob?q={{words}}",
        "parameters": {"words": {}},
    }
    tool = acting(Endpoint.model_validate(endpoint))
    preview = await tool.preview(given(tool, words="a&b=c/../d"), context())
    assert "What you fill in is sent out." in preview.warnings
    assert (await tool.act(given(tool, words="a&b=c/../d"), context())).ok
    assert target.requests[-1].path == "/knob?q=a%26b%3Dc%2F..%2Fd"


@pytest.mark.parametrize("name", [".", "..", "../admin", "a/b", "?x=1", "#", "a b", "%2e%2e"])
async def test_no_value_leads_to_another_path(target: WebTarget, name: str) -> None:
    asking = Asking(
        Endpoint.model_validate(
            {
                "name": "x",
                "title": "X",
                "effect": "egress",
                "tier": "execute",
                "url": f"{target.url}/things/{{name}}/end",
                "parameters": {"name": {}},
            }
        )
    )
    if name in {".", ".."}:
        with pytest.raises(InvalidInput, match="another place"):
            asking.url(asking.endpoint.url, {"name": name})
    else:
        path = asking.url(asking.endpoint.url, {"name": name}).removeprefix(target.url)
        assert path.count("/") == 3
        assert not set("?# ") & set(path)


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (answer(302, location="http://169.254.169.254/"), ConnectorRejected),
        (answer(500), ConnectorRejected),
        (hanging(), ConnectorUnreachable),
        (dripping(0.05), ConnectorUnreachable),
        (answer(200, b"x" * 2000), ResponseTooLarge),
        (answer(200, bomb(200_000), content_encoding="gzip"), ResponseTooLarge),
        (endless(b" " * 1000, []), ResponseTooLarge),
    ],
)
async def test_a_server_that_misbehaves_is_an_error_in_time(behaviour: Any, error: type[Exception]) -> None:
    async with FaultyServer(behaviour) as server:
        tool = looking(f"{server.url}/x", timeout_s=0.5, max_bytes=1000)
        with pytest.raises(error):
            await tool.read(given(tool), context())
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.4.4", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104 - nobody listens there
        *(
            "::1",
            "fe80::1%eth0",
            "fd00::1",
            "::ffff:169.254.169.254",
            "2002:7f00:1::",
            "64:ff9b::a9fe:a9fe",
            "ff02::1",
        ),
        *("224.0.0.1", "255.255.255.255", "::"),
    ],
)
async def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", address]

    with pytest.raises(InvalidSettings, match="public address"):
        await Guard((), resolve).address("example.com", 443)


async def test_a_name_is_resolved_once_and_connected_to_there(target: WebTarget) -> None:
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    endpoint = Endpoint.model_validate(
        {
            "name": "look",
            "title": "Look",
            "effect": "read",
            "tier": "observe",
            "networks": HERE,
            "url": f"http://knob.example:{target.port}/knob",
        }
    )
    tool = hand(Asking(endpoint, Guard(HERE, resolve)), FakeAttempts())
    assert isinstance(tool, EndpointRead)
    assert (await tool.read(given(tool), context())).ok
    assert asked == ["knob.example"]
    assert target.requests[0].headers["host"] == f"knob.example:{target.port}"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"look": None}, "no look"),
        ({"undo": None}, "needs an undo"),
        ({"tier": "observe"}, "not observe"),
        ({"url": "https://{level}.example/x"}, "fixed host"),
        ({"url": "https://user:pw@x.example/"}, "without user"),
        ({"url": "file:///etc/passwd"}, "http or https"),
        ({"url": "https://x.example/{unknown}"}, "no parameter unknown"),
        ({"look": {"url": "https://elsewhere.example/{key}"}}, "at no other"),
        ({"parameters": {"key": {}, "level": {}, "before": {}}}, "idempotency key"),
        ({"parameters": {"copy": {}, "level": {}, "before": {}}}, "cannot be the name"),
        ({"parameters": {"level": {"pattern": "("}, "before": {}}}, "patterns that can be matched"),
        ({"effect": "read", "tier": "observe"}, "that is egress"),
        ({"networks": ["nowhere"]}, "nowhere"),
    ],
)
async def test_an_endpoint_that_is_not_safe_is_no_setting(
    target: WebTarget, changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        knob(target, **changes)


async def test_a_capability_says_what_it_does(target: WebTarget) -> None:
    capability = acting(knob(target)).capability
    assert (capability.name, capability.effect, capability.tier) == ("http.knob", Effect.WRITE, Tier.EXECUTE)
    assert len(capability.examples) >= 20
    assert capability.says.format(level=7, before=3) == "Turn the volume knob, level 7, before 3"


async def test_an_unfinished_write_without_anybody_to_ask_is_unknown() -> None:
    attempts = FakeAttempts()
    once = Once(attempts, "http.knob")

    async def breaks() -> Any:
        raise ConnectorUnreachable("gone")

    with pytest.raises(ConnectorUnreachable):
        await once.act({}, context(), breaks)
    with pytest.raises(OutcomeUnknown):
        await once.look(context(), None)
    with pytest.raises(ConnectorUnreachable, match="not known yet"):
        await once.act({}, context(), breaks)
