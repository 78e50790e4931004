"""What nobody does to another tenant's war rooms: as in `tests/memory/test_tenants.py`, which tries these too."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from memory.errors import Conflict, QuarterdeckError
from memory.model.transcript import TranscriptLine
from memory.model.war_room import RoomPost, RoomRecord, WarRoom
from memory.page import Page
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]


def room_record(tenant: str = "acme", **changes: object) -> RoomRecord:
    room = WarRoom(tenant=tenant, incident="inc_1", venue="slack", place="T1/C1", name="inc-1-checkout")
    made = RoomRecord(tenant=tenant, incident="inc_1", venue="slack", room=room, created_at=MIDNIGHT)
    return made.model_copy(update=changes)


def room_post(tenant: str = "acme", **changes: object) -> RoomPost:
    made = RoomPost(tenant=tenant, incident="inc_1", key="post_1", at=MIDNIGHT, notice="{}")
    return made.model_copy(update=changes)


def transcript_line(tenant: str = "acme", **changes: object) -> TranscriptLine:
    made = TranscriptLine(
        tenant=tenant,
        incident="inc_1",
        id="said:T1:C1:1.0",
        venue="slack",
        author="UALICE",
        person="alice",
        text="Customers see errors.",
        said_at=MIDNIGHT,
    )
    return made.model_copy(update=changes)


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing into the tenant."""
    await unit.war_rooms.begin(room_record(tenant))
    await unit.war_rooms.post(room_post(tenant))
    await unit.transcripts.keep(transcript_line(tenant))


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "war_rooms.of": (lambda unit, tenant: unit.war_rooms.of(tenant, "inc_1"), ()),
    "war_rooms.at": (lambda unit, tenant: unit.war_rooms.at(tenant, "slack", "T1/C1"), None),
    "war_rooms.live": (lambda unit, tenant: unit.war_rooms.live(tenant), ()),
    "war_rooms.posts": (lambda unit, tenant: unit.war_rooms.posts(tenant, "inc_1"), ()),
    "transcripts.of": (lambda unit, tenant: unit.transcripts.of(tenant, "inc_1"), Page(items=())),
    "transcripts.reword": (
        lambda unit, tenant: unit.transcripts.reword(tenant, "said:T1:C1:1.0", "theirs", MIDNIGHT),
        False,
    ),
    "transcripts.withdraw": (
        lambda unit, tenant: unit.transcripts.withdraw(tenant, "said:T1:C1:1.0", MIDNIGHT),
        False,
    ),
    "transcripts.prune": (lambda unit, tenant: unit.transcripts.prune(tenant, MIDNIGHT + timedelta(days=1)), 0),
    "war_rooms.repost": (lambda unit, tenant: unit.war_rooms.repost(room_post(tenant, notice="theirs")), None),
}
IS_REFUSED: dict[str, tuple[Call, type[QuarterdeckError]]] = {
    "war_rooms.replace": (
        lambda unit, tenant: unit.war_rooms.replace(room_record(tenant, post="theirs"), expected_version=0),
        Conflict,
    ),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "war_rooms.begin": lambda unit, tenant: unit.war_rooms.begin(room_record(tenant, post="theirs")),
    "transcripts.keep": lambda unit, tenant: unit.transcripts.keep(transcript_line(tenant, text="theirs")),
    "war_rooms.post": lambda unit, tenant: unit.war_rooms.post(room_post(tenant, notice="theirs")),
}
