"""Silences of a real Alertmanager: seen beforehand, made once, and found again by who asked for them."""

from datetime import timedelta

import pytest

from memory.errors import ConnectorError, ConnectorUnreachable
from memory.model.plan import Call
from tests.fakes.http import FaultyServer, answer, hanging_up
from tests.servers import eventually
from tests.tools.connectors.alertmanager.room import Room, faulty
from tests.tools.connectors.calls import context
from tests.tools.connectors.conftest import LURE
from tools.alerts import AlertLabels
from tools.capabilities.alerts import NewSilence, SilenceId
from tools.capabilities.services import Nothing
from tools.connectors.alertmanager import hands
from tools.connectors.alertmanager.answers import Matcher
from tools.http import Deadline


async def test_the_preview_shows_which_alerts_would_be_hidden_and_hides_none(room: Room) -> None:
    await room.fire("cart", "Slow", "critical")
    await room.fire("cart", "Full", "warning")
    preview = await room.create.preview(NewSilence(service="cart", duration="2h"), context())
    assert [change.before for change in preview.changes] == ["none", "firing", "firing"]
    assert {change.field for change in preview.changes[1:]} == {"Slow for cart", "Full for cart"}
    assert preview.blast_radius == ("cart",)
    assert preview.warnings == (
        "1 critical alert would be hidden.",
        "It holds for every alert of the service, also for those that come later.",
    )
    assert preview.call == Call(tool="silence.create", arguments={"service": "cart", "duration": "2h"})
    assert {evidence.source for evidence in preview.evidence} == {"alertmanager"}
    assert LURE not in preview.summary + "".join(change.field for change in preview.changes)
    assert await room.of("cart") == []


async def test_the_preview_says_when_nothing_would_be_hidden(room: Room) -> None:
    preview = await room.create.preview(NewSilence(alert="Unheard", duration="2d"), context())
    assert preview.summary.endswith("it hides no alerts now.")
    assert preview.warnings == (
        "No alert matches now; those that come later would be hidden.",
        "It holds for every service.",
        "It holds for more than a day.",
    )


async def test_a_silence_hides_the_alert_it_names_and_no_other(room: Room) -> None:
    await room.fire("search", "Slow")
    await room.fire("search", "Full")
    when = context("run_search:0")
    done = await room.create.act(NewSilence(service="search", alert="Slow", duration="15m"), when)
    assert done.summary.startswith("A silence covers Slow of search until ")
    (silence,) = await room.of("search")
    assert all(matcher.exact() for matcher in silence.matchers)
    assert silence.created_by == "alice"
    assert silence.ends_at - when.now == pytest.approx(timedelta(minutes=15), abs=timedelta(seconds=1))
    told = await eventually(
        lambda: room.alertmanager.alerts((Matcher(name="service", value="search"),), Deadline(5.0)),
        lambda told: any(each.status.silenced_by for each in told),
        "the silence in force",
    )
    assert {each.labels["alertname"]: bool(each.status.silenced_by) for each in told} == {
        "Slow": True,
        "Full": False,
    }


async def test_a_silence_asked_for_twice_under_one_key_is_made_once(room: Room) -> None:
    asked = NewSilence(service="twice", duration="15m")
    first = await room.create.act(asked, context("run_twice:0"))
    second = await room.create.act(asked, context("run_twice:0"))
    assert first.data == second.data
    assert len(await room.of("twice")) == 1


async def test_another_key_makes_another_silence(room: Room) -> None:
    for key in ("run_a:0", "run_b:0"):
        await room.create.act(NewSilence(service="pair", duration="15m"), context(key))
    assert len({silence.id for silence in await room.of("pair")}) == 2


async def test_looking_finds_the_silence_of_a_key_and_nothing_for_another(room: Room) -> None:
    done = await room.create.act(NewSilence(service="looked", duration="15m"), context("run_looked:1"))
    found = await room.create.look(context("run_looked:1"))
    assert found is not None
    assert (found.undo, found.data) == (done.undo, done.data)
    assert await room.create.look(context("run_looked:10")) is None
    assert await room.create.look(context("run_looked")) is None


async def test_active_silences_are_listed_with_who_made_them(room: Room) -> None:
    await room.create.act(NewSilence(service="listed", duration="15m"), context("run_listed:0"))
    ended = await room.create.act(NewSilence(service="unlisted", duration="15m"), context("run_unlisted:0"))
    await room.expire.act(SilenceId(silence=str(ended.data["silence"])), context())
    seen = await room.listing.read(Nothing(), context())
    said = " ".join(evidence.summary for evidence in seen.evidence)
    assert "alice silenced every alert of listed; it ends at " in said
    assert "unlisted" not in said
    assert seen.value == len(seen.evidence)


async def test_an_alertmanager_without_silences_says_so() -> None:
    async with FaultyServer(answer(200, b"[]")) as server:
        seen = await faulty(server).listing.read(Nothing(), context())
    assert (seen.value, seen.summary) == (0, "No silences are active.")
    assert seen.evidence[0].value == 0


async def test_a_silence_whose_answer_is_lost_is_not_made_again_by_the_client() -> None:
    async with FaultyServer(answer(200, b"[]"), hanging_up()) as server:
        with pytest.raises(ConnectorUnreachable):
            await faulty(server).create.act(NewSilence(service="a", duration="1h"), context())
    assert [request.method for request in server.requests] == ["GET", "POST"]


async def test_an_answer_of_another_system_is_no_answer() -> None:
    async with FaultyServer(answer(200, b'{"silences": 3}')) as server:
        with pytest.raises(ConnectorError, match="expected an answer of the Alertmanager API"):
            await faulty(server).listing.read(Nothing(), context())


async def test_a_matcher_of_any_text_matches_that_text_alone(room: Room) -> None:
    name = 'odd "name\\ {=~.*}\n,'
    await room.fire("odd", name)
    preview = await room.create.preview(NewSilence(service="odd", alert=name, duration="5m"), context())
    assert len(preview.changes) == 2
    none = await room.create.preview(NewSilence(service="odd", alert=".*", duration="5m"), context())
    assert len(none.changes) == 1


def test_labels_may_be_called_otherwise(room: Room) -> None:
    named = hands(room.alertmanager, labels=AlertLabels(service="app"))
    assert {tool.capability.name for tool in named} == {"silences.list", "silence.create", "silence.expire"}


async def test_a_silence_that_is_not_there_when_read_back_is_an_error() -> None:
    made = answer(200, b'{"silenceID": "5f1e9d3c-0000-4000-8000-000000000000"}')
    async with FaultyServer(answer(200, b"[]"), made, answer(404)) as server:
        with pytest.raises(ConnectorError, match="expected alertmanager to know the silence 5f1e9d3c"):
            await faulty(server).create.act(NewSilence(service="a", duration="1h"), context())


async def test_an_inhibited_alert_is_not_hidden_once_more() -> None:
    alert = (
        b'[{"labels": {"alertname": "Slow", "service": "a"}, "startsAt": "2026-11-20T03:00:00Z",'
        b' "status": {"state": "suppressed", "silencedBy": [], "inhibitedBy": ["1"]}}]'
    )
    async with FaultyServer(answer(200, alert)) as server:
        preview = await faulty(server).create.preview(NewSilence(service="a", duration="1h"), context())
    assert len(preview.changes) == 1
