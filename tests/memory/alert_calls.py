"""What the calls on alerts do for a tenant that tries those of another one."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from memory.errors import Conflict, NotFound, QuarterdeckError
from memory.model.alert import Alert, AlertStatus
from memory.model.triage import (
    AlertGroup,
    AlertNews,
    AlertRecord,
    Escalation,
    Lesson,
    LessonKind,
    Quiet,
    Trait,
)
from memory.page import Page
from memory.store import Unit
from tests.fakes.time import MIDNIGHT

Call = Callable[[Unit, str], Awaitable[object]]

LATER = MIDNIGHT + timedelta(hours=1)


def alert(tenant: str = "acme", name: str = "HighErrorRate", **changes: object) -> Alert:
    made = Alert(
        id=f"alr_{name.lower()}",
        tenant=tenant,
        source="alertmanager",
        fingerprint=name.encode().hex().ljust(64, "0")[:64],
        name=name,
        status=AlertStatus.FIRING,
        severity=2,
        service="checkout",
        environment="production",
        summary="5xx above 5 %",
        started_at=MIDNIGHT,
        received_at=MIDNIGHT,
        labels={"alertname": name},
    )
    return made.model_copy(update=changes)


def news(tenant: str = "acme", number: int = 1, **changes: object) -> AlertNews:
    return AlertNews(id=f"{number:064x}", alert=alert(tenant).model_copy(update=changes))


def record(tenant: str = "acme", **changes: object) -> AlertRecord:
    made = AlertRecord(alert=alert(tenant), changed_at=MIDNIGHT)
    return made.model_copy(update=changes)


def group(tenant: str = "acme", **changes: object) -> AlertGroup:
    made = AlertGroup(
        id="grp_1",
        tenant=tenant,
        title="HighErrorRate on checkout",
        severity=2,
        services=("checkout",),
        count=1,
        firing=1,
        started_at=MIDNIGHT,
        opened_at=MIDNIGHT,
        updated_at=MIDNIGHT,
        behind=True,
        incident="inc_1",
    )
    return made.model_copy(update=changes)


def lesson(tenant: str = "acme", **changes: object) -> Lesson:
    made = Lesson(
        id="les_1",
        tenant=tenant,
        kind=LessonKind.TOGETHER,
        one=Trait(service="checkout", name="a"),
        other=Trait(service="payments", name="b"),
        taught_by="alice",
        taught_at=MIDNIGHT,
        incident="inc_1",
        other_incident="inc_2",
    )
    return made.model_copy(update=changes)


def quiet(tenant: str = "acme", **changes: object) -> Quiet:
    made = Quiet(
        id="qui_1",
        tenant=tenant,
        services=("checkout",),
        starts_at=MIDNIGHT,
        ends_at=LATER,
        by="alice",
    )
    return made.model_copy(update=changes)


def escalation(tenant: str = "acme", **changes: object) -> Escalation:
    made = Escalation(id="inc_1", tenant=tenant, severity=1, due_at=MIDNIGHT)
    return made.model_copy(update=changes)


async def fill(unit: Unit, tenant: str = "acme") -> None:
    """Put one of each thing of alerts into the tenant."""
    await unit.alerts.tell([news(tenant)])
    await unit.alerts.put([record(tenant)])
    await unit.alert_groups.put(group(tenant))
    await unit.alert_lessons.teach(lesson(tenant))
    await unit.alert_lessons.learn(tenant, 0, 1)
    await unit.quiets.add(quiet(tenant))
    await unit.escalations.begin(escalation(tenant))


FINDS_NOTHING: dict[str, tuple[Call, object]] = {
    "alerts.waiting": (lambda unit, tenant: unit.alerts.waiting(tenant), ()),
    "alerts.backlog": (lambda unit, tenant: unit.alerts.backlog(tenant), 0),
    "alerts.many": (lambda unit, tenant: unit.alerts.many(tenant, ["alr_higherrorrate"]), {}),
    "alerts.ungrouped": (lambda unit, tenant: unit.alerts.ungrouped(tenant), ()),
    "alerts.page": (lambda unit, tenant: unit.alerts.page(tenant), Page(items=())),
    "alert_groups.live": (lambda unit, tenant: unit.alert_groups.live(tenant, MIDNIGHT), ()),
    "alert_groups.many": (lambda unit, tenant: unit.alert_groups.many(tenant, ["grp_1"]), ()),
    "alert_groups.behind": (lambda unit, tenant: unit.alert_groups.behind(tenant), ()),
    "alert_groups.of_incident": (lambda unit, tenant: unit.alert_groups.of_incident(tenant, "inc_1"), ()),
    "alert_groups.page": (lambda unit, tenant: unit.alert_groups.page(tenant), Page(items=())),
    "alert_lessons.of": (lambda unit, tenant: unit.alert_lessons.of(tenant), ()),
    "alert_lessons.learned": (lambda unit, tenant: unit.alert_lessons.learned(tenant), 0),
    "quiets.of": (lambda unit, tenant: unit.quiets.of(tenant, MIDNIGHT), ()),
    "escalations.find": (lambda unit, tenant: unit.escalations.find(tenant, "inc_1"), None),
    "escalations.due": (lambda unit, tenant: unit.escalations.due(tenant, LATER), ()),
}
IS_REFUSED: dict[str, tuple[Call, type[QuarterdeckError]]] = {
    "alerts.take": (lambda unit, tenant: unit.alerts.take(tenant, [f"{1:064x}"]), Conflict),
    "alerts.get": (lambda unit, tenant: unit.alerts.get(tenant, "alr_higherrorrate"), NotFound),
    "alert_groups.get": (lambda unit, tenant: unit.alert_groups.get(tenant, "grp_1"), NotFound),
    "alert_lessons.withdraw": (
        lambda unit, tenant: unit.alert_lessons.withdraw(tenant, "les_1", "eve", LATER),
        NotFound,
    ),
    "quiets.end": (lambda unit, tenant: unit.quiets.end(tenant, "qui_1", LATER), NotFound),
    "escalations.replace": (
        lambda unit, tenant: unit.escalations.replace(escalation(tenant, step=1), expected_version=0),
        Conflict,
    ),
}
WRITES_ITS_OWN: dict[str, Call] = {
    "alerts.tell": lambda unit, tenant: unit.alerts.tell([news(tenant, severity=5)]),
    "alerts.put": lambda unit, tenant: unit.alerts.put([record(tenant, told=9)]),
    "alert_groups.put": lambda unit, tenant: unit.alert_groups.put(group(tenant, title="theirs")),
    "alert_lessons.teach": lambda unit, tenant: unit.alert_lessons.teach(lesson(tenant, taught_by="eve")),
    "alert_lessons.learn": lambda unit, tenant: unit.alert_lessons.learn(tenant, 0, 7),
    "quiets.add": lambda unit, tenant: unit.quiets.add(quiet(tenant, reason="theirs")),
    "escalations.begin": lambda unit, tenant: unit.escalations.begin(escalation(tenant, severity=5)),
}
SPANS_TENANTS = {
    "alerts.prune": "news that was taken up long ago is of no use, whoever told it",
}
