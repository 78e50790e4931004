"""The story itself: a bad release, an alert, an incident, its room, a rollback of three people, a review.

Alertmanager is a real one and says so by itself; nobody here declares anything.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.demo.stage import Stage
from memory.model.incident import Happening, Incident, IncidentStatus, TimelineWindow
from memory.model.record import SYSTEM
from memory.model.run import Run, RunStatus
from memory.model.war_room import Fixture, RoomRecord
from tests.stories.incident.room import Reader, Room

TENANT = "demo"
WITHIN_S = 90.0
NOTE = "Customers cannot pay. Looking at the release of 1.4.2."
FURNITURE = frozenset(Fixture) - {Fixture.FAREWELL, Fixture.CLOSED}
TOLD = frozenset(
    {
        *(Happening.ALERT, Happening.OBSERVATION, Happening.HYPOTHESIS, Happening.NOTE, Happening.DUTY),
        *(Happening.PROPOSAL, Happening.APPROVAL, Happening.EFFECT, Happening.STATUS),
    }
)


async def once(holds: Callable[[], Awaitable[bool]], bound_s: float = WITHIN_S) -> None:
    """Return once this holds: the database tells nobody."""
    async with asyncio.timeout(bound_s):
        while not await holds():  # noqa: ASYNC110 - as said
            await asyncio.sleep(0.1)


async def told(stage: Stage, room: Room, venue: str) -> None:
    """Tell it in a room of this venue, from the alert to the review."""
    incident = await declared(stage)
    assert incident.declared_by == SYSTEM
    assert "checkout" in incident.services
    assert incident.alerts
    await room.enter(incident)
    assert (await record(stage, incident)).venue == venue
    assert "release 1.4.2" in (await room.said("First look at checkout")).text
    await room.said("Where to begin")
    await room.take_command()
    await room.note(NOTE)
    async with Reader(stage) as reader:
        assert await reader.follows(await room.summary("Customers cannot pay."))
        assert "1.4.1" in await room.roll_back()
        run = await rolled_back(stage, room)
        assert all(check.ok for check in run.steps[0].checks)
        assert "rolled back from 1.4.2 to 1.4.1" in await room.done()
        await once(lambda: over(stage, incident))
        await room.resolve()
        await once(lambda: resolved(stage, incident))
        await room.said(f"Incident {incident.number} is resolved")
        review = await room.review()
        assert "1.4.2" in review.text
        assert await reader.follows(review)
    page = await stage.house.store.timeline.page(TENANT, incident.id, TimelineWindow(), limit=1000)
    assert {entry.kind for entry in page.items} >= TOLD


async def declared(stage: Stage) -> Incident:
    """Return the incident that the alerts made, once its room is furnished."""
    store = stage.house.store

    async def furnished() -> bool:
        found = (await store.incidents.page(TENANT)).items
        rooms = await store.war_rooms.of(TENANT, found[0].id) if found else ()
        return bool(rooms) and {each.fixture for each in rooms[0].fittings if each.stands} >= FURNITURE

    await once(furnished)
    (incident,) = (await store.incidents.page(TENANT)).items
    return incident


async def record(stage: Stage, incident: Incident) -> RoomRecord:
    """Return what is known of the one room there is."""
    (found,) = await stage.house.store.war_rooms.of(TENANT, incident.id)
    return found


async def rolled_back(stage: Stage, room: Room) -> Run:
    """Have two people approve the one plan there is, and return it once it succeeded."""
    runs, run = stage.house.store.runs, await rollback(stage)
    await room.approve("bob")
    await once(lambda: approved(stage, run, 1))
    assert (await runs.get(TENANT, run.id)).status is RunStatus.WAITING
    await room.approve("cara")
    await once(lambda: ended(stage, run))
    run = await runs.get(TENANT, run.id)
    assert (run.status, len(run.approvals)) == (RunStatus.SUCCEEDED, 2)
    assert run.steps[0].checks
    return run


async def rollback(stage: Stage) -> Run:
    """Return the one plan that rolls back: what is said of the incident is a plan as well, done at once."""
    found = (await stage.house.store.runs.page(TENANT)).items
    (run,) = [each for each in found if each.plan.steps[0].call.tool == "deploy.rollback"]
    return run


async def approved(stage: Stage, run: Run, times: int) -> bool:
    return len((await stage.house.store.runs.get(TENANT, run.id)).approvals) == times


async def ended(stage: Stage, run: Run) -> bool:
    return (await stage.house.store.runs.get(TENANT, run.id)).status.final()


async def over(stage: Stage, incident: Incident) -> bool:
    """Return whether an alert of the incident is over, as Alertmanager says."""
    found = await stage.house.store.alerts.many(TENANT, incident.alerts)
    return any(each.alert.ended_at is not None for each in found.values())


async def resolved(stage: Stage, incident: Incident) -> bool:
    """Return whether it is over, and said to be in its room."""
    found = await stage.house.store.incidents.get(TENANT, incident.id)
    room = await record(stage, incident)
    return found.status is IncidentStatus.RESOLVED and bool(room.fitting(Fixture.FAREWELL).stands)
