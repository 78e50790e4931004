"""An incident changes as people say: each change once, in one piece, told in the timeline and in the ledger."""

import asyncio

import pytest

from bot.surfaces.incidents import Declaration
from memory.errors import Conflict, InvalidInput, NotFound
from memory.model.alert import AlertStatus
from memory.model.bodies import EntryKind, IncidentChanged
from memory.model.incident import Duty, Happening, IncidentStatus
from memory.model.record import Topic
from tests.bot.incidents.core.houses import CHECKOUT, CareHouse, alert, by, care_house, moment


async def changes(house: CareHouse) -> list[IncidentChanged]:
    page = await house.store.ledger.page("acme", kind=EntryKind.INCIDENT, limit=200)
    return [body for each in reversed(page.items) if isinstance(body := each.entry.told(), IncidentChanged)]


async def test_a_declared_incident_stands_in_the_list_the_timeline_the_ledger_and_on_the_bus(
    house: CareHouse,
) -> None:
    found = await house.incidents.declare(by(), CHECKOUT)
    assert (found.number, found.severity, found.status) == (1, 2, IncidentStatus.OPEN)
    assert await house.texts(found.id) == ["Incident 1 declared, sev2: checkout is failing (checkout)"]
    assert [each.change.value for each in await changes(house)] == ["declared"]
    (event,) = house.told
    assert event.topic is Topic.INCIDENT
    assert (event.thread, event.body["change"], event.body["number"]) == (found.id, "declared", 1)
    assert await house.incidents.of_thread("acme", "thr_1") == found
    assert await house.incidents.named("acme", "incident 1") == found
    assert (await house.incidents.page("acme")).items == (found,)


async def test_the_same_key_declares_once(house: CareHouse) -> None:
    first = await house.incidents.declare(by(key="message_1"), CHECKOUT)
    assert await house.incidents.declare(by(key="message_1"), CHECKOUT) == first
    assert len(await changes(house)) == 1
    assert (await house.incidents.declare(by(key="message_2"), CHECKOUT)).number == 2


async def test_the_same_alert_declares_once(house: CareHouse) -> None:
    first = await house.incidents.declare(by("quarterdeck"), CHECKOUT, (alert(),))
    assert (await house.incidents.declare(by("quarterdeck"), CHECKOUT, (alert(),))).id == first.id
    assert (
        await house.texts(first.id)
        == [
            "Alert HighErrorRate fires for checkout",
            "Incident 1 declared, sev2: checkout is failing (checkout)",
        ]
        or len(await house.texts(first.id)) == 2
    )


async def test_many_who_declare_at_once_get_numbers_of_their_own(house: CareHouse) -> None:
    found = await asyncio.gather(*(house.incidents.declare(by(), CHECKOUT) for _ in range(12)))
    assert sorted(each.number for each in found) == list(range(1, 13))


async def test_two_nodes_that_declare_and_change_at_once_lose_nothing(address: str) -> None:
    async with care_house(address) as here, care_house(address) as there:
        both = (here, there)
        declared = await asyncio.gather(
            *(each.incidents.declare(by(key=f"m{number}"), CHECKOUT) for number in range(4) for each in both)
        )
        assert sorted({each.number for each in declared}) == [1, 2, 3, 4]
        name = declared[0].id
        noted = (
            each.incidents.note(by(), name, f"note {at} {number}")
            for number in range(5)
            for at, each in enumerate(both)
        )
        await asyncio.gather(
            *noted, here.incidents.set_severity(by(), name, 1), there.incidents.retitle(by(), name, "payments")
        )
        after = await here.incidents.get("acme", name)
        assert (after.severity, after.title) == (1, "payments")
        assert len(await there.texts(name)) == 13


async def test_an_incident_takes_allowed_steps_only(house: CareHouse) -> None:
    name = (await house.incidents.declare(by(), CHECKOUT)).id
    house.clock.move(60)
    mitigated = await house.incidents.set_status(by(), name, IncidentStatus.MITIGATED, "rolled back")
    assert mitigated.mitigated_at == moment(1)
    house.clock.move(60)
    resolved = await house.incidents.set_status(by(), name, IncidentStatus.RESOLVED)
    house.clock.move(60)
    with pytest.raises(Conflict, match="from resolved to open"):
        await house.incidents.set_status(by(), name, IncidentStatus.MITIGATED)
    assert await house.incidents.set_status(by(), name, IncidentStatus.RESOLVED) == resolved
    again = await house.incidents.reopen(by(), name, "errors are back")
    assert (again.status, again.resolved_at) == (IncidentStatus.OPEN, None)
    assert (await house.texts(name))[1:] == [
        "Mitigated: users are served again: rolled back",
        "Resolved",
        "Reopened: errors are back",
    ]


async def test_what_happened_before_is_told_at_its_moment_and_nothing_is_told_of_the_future(
    house: CareHouse,
) -> None:
    house.clock.move(3600)
    name = (await house.incidents.declare(by(), CHECKOUT)).id
    note = await house.incidents.note(by(at=moment(2)), name, "timeouts began")
    assert (note.at, note.recorded_at) == (moment(2), moment(60))
    assert (await house.texts(name))[0] == "timeouts began"
    with pytest.raises(InvalidInput, match="a moment that has been"):
        await house.incidents.note(by(at=moment(90)), name, "soon")


async def test_who_takes_command_acknowledges_and_only_people_who_are_known_get_duties(house: CareHouse) -> None:
    name = (await house.incidents.declare(by(), CHECKOUT)).id
    house.incidents._known = lambda _, person: person in {"alice", "bob"}
    found = await house.incidents.assign(by(), name, Duty.COMMANDER, "alice")
    assert (found.duties, found.acknowledged_at) == ({Duty.COMMANDER: "alice"}, moment(0))
    with pytest.raises(NotFound, match="somebody who is known"):
        await house.incidents.assign(by(), name, Duty.SCRIBE, "mallory")
    await house.incidents.assign(by(), name, Duty.COMMANDER, "bob")
    left = await house.incidents.assign(by(), name, Duty.COMMANDER, None)
    assert left.duties == {}
    assert sorted(text for text in await house.texts(name) if text.startswith("Commander")) == [
        "Commander: alice",
        "Commander: bob, in place of alice",
        "Commander: nobody, no longer bob",
    ]
    holders = [each.holder for each in await changes(house) if each.duty]
    assert all(holder and holder.startswith("p_") for holder in holders)


async def test_a_correction_stands_beside_what_it_corrects_and_both_are_kept(house: CareHouse) -> None:
    name = (await house.incidents.declare(by(), CHECKOUT)).id
    house.clock.move(60)
    note = await house.incidents.note(by(), name, "10 % of requests fail")
    house.clock.move(600)
    correction = await house.incidents.correct(by("bob"), name, note.id, "1 % of requests fail")
    assert (correction.kind, correction.corrects, correction.at) == (Happening.CORRECTION, note.id, note.at)
    again = await house.incidents.correct(by("bob"), name, correction.id, "2 % of requests fail")
    assert again.corrects == note.id
    assert {each.text for each in await house.entries(name)} >= {note.text, correction.text, again.text}


async def test_a_pin_is_put_on_and_taken_away_once(house: CareHouse) -> None:
    name = (await house.incidents.declare(by(), CHECKOUT)).id
    note = await house.incidents.note(by(), name, "the deploy was at 10:02")
    assert (await house.incidents.pin(by(), name, note.id)).pinned
    await house.incidents.pin(by(), name, note.id)
    assert [each.id for each in await house.entries(name) if each.pinned] == [note.id]
    await house.incidents.pin(by(), name, note.id, pinned=False)
    assert [each.change.value for each in await changes(house)][2:] == ["pinned", "unpinned"]


async def test_alerts_are_attached_and_told_when_they_fire_and_when_they_are_over(house: CareHouse) -> None:
    name = (await house.incidents.declare(by(), CHECKOUT)).id
    house.clock.move(600)
    slow = alert("Slow", minutes=-5, service="payments", summary="p99 is 4 s")
    found = await house.incidents.attach(by("quarterdeck"), name, alert(), slow, alert())
    assert found.alerts == ("alert_HighErrorRate", "alert_Slow")
    assert (found.services, found.started_at) == (("checkout", "payments"), moment(-5))
    over = slow.model_copy(update={"status": AlertStatus.RESOLVED, "ended_at": moment(7)})
    await house.incidents.attach(by("quarterdeck"), name, over)
    fired = [
        (each.text, each.at, each.trusted) for each in await house.entries(name) if each.kind is Happening.ALERT
    ]
    assert fired == [
        ("Alert Slow fires for payments: p99 is 4 s", moment(-5), False),
        ("Alert HighErrorRate fires for checkout", moment(0), False),
        ("Alert Slow is over for payments: p99 is 4 s", moment(7), False),
    ]
    assert (await house.incidents.of_alert("acme", "alert_Slow")) is not None


async def test_a_merged_incident_gives_everything_to_the_other_and_can_be_taken_out_again(
    house: CareHouse,
) -> None:
    kept = await house.incidents.declare(by(), CHECKOUT)
    gone = await house.incidents.declare(by(), Declaration(title="carts", severity=1, thread="thr_2"), (alert(),))
    await house.incidents.note(by(), gone.id, "carts are empty")
    after = await house.incidents.merge(by(), gone.id, kept.id, "same cause")
    assert (after.severity, after.alerts, after.threads) == (1, ("alert_HighErrorRate",), ("thr_1", "thr_2"))
    assert "carts are empty" in await house.texts(kept.id)
    assert await house.texts(gone.id) == ["Merged into incident 1: same cause"]
    owner = await house.incidents.of_thread("acme", "thr_2")
    assert owner is not None
    assert owner.id == kept.id
    with pytest.raises(Conflict, match="became part of another one"):
        await house.incidents.note(by(), gone.id, "late")
    assert await house.incidents.merge(by(), gone.id, kept.id) == after
    back = await house.incidents.reopen(by(), gone.id)
    assert back.status is IncidentStatus.OPEN
    assert "carts are empty" in await house.texts(gone.id)
    assert "carts are empty" not in await house.texts(kept.id)
    owner = await house.incidents.of_thread("acme", "thr_2")
    assert owner is not None
    assert owner.id == gone.id


async def test_a_part_of_an_incident_becomes_one_of_its_own(house: CareHouse) -> None:
    whole = await house.incidents.declare(by(), CHECKOUT, (alert(), alert("Slow", service="payments")))
    note = await house.incidents.note(by(), whole.id, "payments is something else")
    wanted = Declaration(title="payments is slow", severity=3, services=("payments",), alerts=("alert_Slow",))
    apart = await house.incidents.split(by(key="k"), whole.id, wanted, (note.id,))
    assert (apart.number, apart.alerts) == (2, ("alert_Slow",))
    assert (await house.incidents.get("acme", whole.id)).alerts == ("alert_HighErrorRate",)
    moved = await house.texts(apart.id)
    assert {"payments is something else", "Alert Slow fires for payments"} <= set(moved)
    assert await house.incidents.split(by(key="k"), whole.id, wanted, (note.id,)) == apart
    foreign = Declaration(title="x", alerts=("alert_Other",))
    with pytest.raises(InvalidInput, match="alerts of incident 1"):
        await house.incidents.split(by(), whole.id, foreign)


async def test_what_came_of_a_turn_before_the_incident_was_declared_in_it_belongs_to_it(house: CareHouse) -> None:
    await house.incidents.record(by(key="k1", correlation="cor_1"), Happening.MESSAGE, "declare sev2")
    found = await house.incidents.declare(by(correlation="cor_1"), CHECKOUT)
    assert (await house.texts(found.id))[0] == "declare sev2" or "declare sev2" in await house.texts(found.id)


async def test_a_deploy_told_of_twice_is_one_entry_of_the_incident_of_its_service(house: CareHouse) -> None:
    found = await house.incidents.declare(by(), CHECKOUT)
    act = by("github", source="github", key="deployment_7")
    first = await house.incidents.record_change(
        act, Happening.DEPLOY, "checkout 1.4.2 deployed", service="checkout"
    )
    assert await house.incidents.record_change(act, Happening.DEPLOY, "again", service="checkout") == first
    assert (first.incident, first.services, first.trusted) == (found.id, ("checkout",), False)
    other = by("github", source="github", key="deployment_8")
    assert (await house.incidents.record_change(other, Happening.FLAG, "x on", service="search")).incident is None


async def test_an_incident_of_another_tenant_is_none(house: CareHouse) -> None:
    found = await house.incidents.declare(by(), CHECKOUT)
    theirs = by(tenant="evil")
    with pytest.raises(NotFound):
        await house.incidents.note(theirs, found.id, "x")
    with pytest.raises(NotFound):
        await house.incidents.named("evil", "1")
    assert (await house.incidents.declare(theirs, CHECKOUT)).number == 1
