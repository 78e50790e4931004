"""Ending silences of a real Alertmanager, and taking back what was done."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from memory.errors import ConnectorRejected, NotFound
from memory.model.evidence import Evidence
from memory.model.plan import Call
from memory.model.run import Change
from tests.fakes.http import FaultyServer, answer
from tests.servers import eventually
from tests.tools.connectors.alertmanager.room import Room, faulty
from tests.tools.connectors.calls import context
from tests.tools.connectors.conftest import LURE
from tools.capabilities.alerts import NewSilence, SilenceId
from tools.connectors.alertmanager.answers import Matcher
from tools.http import Deadline


async def test_the_undo_of_the_outcome_ends_the_silence(room: Room) -> None:
    done = await room.create.act(NewSilence(service="undone", duration="15m"), context("run_undone:0"))
    assert done.undo is not None
    assert await room.call(done.undo, context()) == "The silence over every alert of undone is ended."
    assert [silence.over() for silence in await room.of("undone")] == [True]


async def test_the_undo_of_the_preview_ends_the_silence_that_is_made_later(room: Room) -> None:
    asked = NewSilence(service="foreseen", duration="15m")
    preview = await room.create.preview(asked, context("msg_7:preview", correlation="msg_7"))
    await room.create.act(asked, context("run_7:0", correlation="msg_7"))
    assert preview.undo is not None
    await room.call(preview.undo, context("run_7:0:undo", correlation="msg_7"))
    assert [silence.over() for silence in await room.of("foreseen")] == [True]


async def test_a_preview_undo_of_another_turn_ends_nothing(room: Room) -> None:
    asked = NewSilence(service="stranger", duration="15m")
    preview = await room.create.preview(asked, context(correlation="msg_8"))
    await room.create.act(asked, context("run_9:0", correlation="msg_9"))
    assert preview.undo is not None
    with pytest.raises(NotFound):
        await room.call(preview.undo, context())
    assert [silence.over() for silence in await room.of("stranger")] == [False]


async def test_ending_is_previewed_with_the_alerts_it_brings_back_and_its_undo(room: Room) -> None:
    await room.fire("ending", "Slow")
    done = await room.create.act(NewSilence(service="ending", duration="2h"), context("run_end:0"))
    silence = SilenceId(silence=str(done.data["silence"]))
    preview = await eventually(
        lambda: room.expire.preview(silence, context()),
        lambda preview: len(preview.changes) == 2,
        "the silence in force",
    )
    assert preview.summary == "The silence over every alert of ending would end now."
    assert preview.changes[1] == Change(field="Slow", before="silenced", after="firing")
    assert preview.blast_radius == ("ending",)
    assert preview.undo == Call(tool="silence.create", arguments={"service": "ending", "duration": "2h"})
    assert [silence.over() for silence in await room.of("ending")] == [False]


async def test_a_silence_that_is_over_has_nothing_to_change_and_can_be_ended_again(room: Room) -> None:
    done = await room.create.act(NewSilence(service="over", duration="15m"), context("run_over:0"))
    silence = SilenceId(silence=str(done.data["silence"]))
    await room.expire.act(silence, context())
    preview = await room.expire.preview(silence, context())
    assert preview.changes == ()
    again = await room.expire.act(silence, context())
    assert again.ok
    assert again.summary.startswith("The silence over every alert of over ended at ")
    assert await room.expire.look(context()) is None


@pytest.mark.parametrize("name", ["5f1e9d3c-0000-4000-8000-000000000000", "0" * 32])
async def test_a_silence_that_is_not_there_is_not_found(room: Room, name: str) -> None:
    with pytest.raises(NotFound, match="expected the id of a silence"):
        await room.expire.preview(SilenceId(silence=name), context())


async def test_a_silence_of_somebody_elses_by_more_than_names_has_no_undo_and_says_so(room: Room) -> None:
    matchers = (Matcher(name="service", value="foreign.*", is_regex=True), Matcher(name="zone", value=LURE))
    now = context().now
    silence_id = await room.alertmanager.create(
        matchers, (now, now + timedelta(hours=1)), LURE, LURE, Deadline(5.0)
    )
    preview = await room.expire.preview(SilenceId(silence=silence_id), context())
    assert preview.undo is None
    assert preview.warnings == ("It cannot be made again by Quarterdeck: it matches by more than names.",)
    assert LURE not in preview.summary
    assert summaries(preview.evidence)["alertmanager"].startswith(
        "somebody silenced every alert under 2 more conditions; it ends at "
    )
    assert LURE in preview.evidence[0].text


def test_silences_are_read_back_and_need_no_later_check(room: Room) -> None:
    assert room.create.checks(NewSilence(service="a", duration="1h")) == ()
    assert room.expire.checks(SilenceId(silence="0" * 32)) == ()


async def test_an_alertmanager_that_fails_is_not_one_without_the_silence() -> None:
    async with FaultyServer(answer(500)) as server:
        with pytest.raises(ConnectorRejected, match="500 Internal Server Error"):
            await faulty(server).expire.preview(SilenceId(silence="5f1e9d3c-0000"), context())


async def test_a_silence_with_a_name_no_argument_may_have_cannot_be_made_again(room: Room) -> None:
    now = context().now
    silence_id = await room.alertmanager.create(
        (Matcher(name="service", value=LURE),), (now, now + timedelta(hours=1)), "bob", "", Deadline(5.0)
    )
    preview = await room.expire.preview(SilenceId(silence=silence_id), context())
    assert preview.undo is None
    assert preview.summary == "The silence over every alert of another name would end now."


def summaries(evidence: tuple[Evidence, ...]) -> Mapping[str, str]:
    return {each.source: each.summary for each in reversed(evidence)}
