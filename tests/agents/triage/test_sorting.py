"""From noise to incidents: what is the same, what belongs together, what stays quiet, and how bad it is."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.triage import Sorted, Sorter, TriageRules
from agents.triage.grouping import lessons_of
from agents.triage.severity import judged
from agents.triage.standing import after
from memory.model.alert import Alert, AlertStatus
from memory.model.catalogue import Catalogue, Service
from memory.model.triage import AlertGroup, AlertNews, AlertRecord, Lesson, LessonKind, Quiet, Trait
from tests.fakes.time import MIDNIGHT, CountingIds

RULES = TriageRules()
CATALOGUE = Catalogue(
    services=(
        Service(name="checkout", criticality=1, depends_on=("payments",), users=1000),
        Service(name="payments", criticality=2, depends_on=("ledger",)),
        Service(name="ledger", criticality=3),
        Service(name="search", criticality=4),
    )
)


def alert(name: str = "HighErrorRate", service: str | None = "checkout", **changes: object) -> Alert:
    made = Alert(
        id=f"alr_{name}_{service}",
        tenant="acme",
        source="alertmanager",
        fingerprint=f"{name}{service}".encode().hex().ljust(64, "0")[:64],
        name=name,
        status=AlertStatus.FIRING,
        severity=3,
        service=service,
        environment="production",
        started_at=MIDNIGHT,
        received_at=MIDNIGHT,
    )
    return made.model_copy(update=changes)


def news(told: Alert, *, timed: bool = True, **changes: object) -> AlertNews:
    made = AlertNews(id=f"{abs(hash((told.id, told.status, told.started_at))):064x}"[:64], alert=told, timed=timed)
    return made.model_copy(update=changes)


def over(told: Alert, minutes: float = 5) -> Alert:
    ended = told.started_at + timedelta(minutes=minutes)
    return told.model_copy(update={"status": AlertStatus.RESOLVED, "ended_at": ended})


class House:
    """What was sorted so far, carried from one batch to the next."""

    def __init__(
        self, rules: TriageRules = RULES, lessons: tuple[Lesson, ...] = (), quiets: tuple[Quiet, ...] = ()
    ) -> None:
        self.rules, self.lessons, self.quiets = rules, lessons, quiets
        self.records: dict[str, AlertRecord] = {}
        self.groups: dict[str, AlertGroup] = {}
        self.ids = CountingIds()

    def sorter(self) -> Sorter:
        return Sorter(
            CATALOGUE,
            self.rules,
            known=self.records,
            groups=self.groups.values(),
            lessons=self.lessons,
            quiets=self.quiets,
            new_id=lambda: self.ids.new("grp"),
        )

    def tell(self, *told: AlertNews | Alert, at: datetime = MIDNIGHT) -> Sorted:
        batch = [each if isinstance(each, AlertNews) else news(each) for each in told]
        return self.keep(self.sorter().sort(batch, at))

    def keep(self, found: Sorted) -> Sorted:
        self.records |= {each.alert.id: each for each in found.records}
        self.groups |= {each.id: each for each in found.groups}
        return found

    def group(self, told: Alert) -> AlertGroup:
        return self.groups[self.records[told.id].group or ""]


def later(minutes: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minutes)


def test_the_same_alert_told_again_is_one_alert_in_one_group() -> None:
    house = House()
    house.tell(alert(), alert())
    house.tell(alert(), at=later(1))
    assert len(house.records) == 1
    assert [each.count for each in house.groups.values()] == [1]
    assert house.records[alert().id].told == 3


def test_what_resolved_before_it_was_told_to_fire_makes_no_group_whatever_comes_late() -> None:
    house = House()
    house.tell(over(alert()))
    house.tell(alert(), at=later(1))  # the same beginning, told after its end
    assert house.groups == {}
    assert house.records[alert().id].alert.status is AlertStatus.RESOLVED


def test_a_clock_that_is_wrong_is_compared_with_itself_alone() -> None:
    house = House()
    ahead = alert(started_at=later(600))
    house.tell(ahead)
    house.tell(over(ahead), at=later(5))
    assert house.records[ahead.id].alert.status is AlertStatus.RESOLVED
    assert not house.group(ahead).open
    house.tell(alert(started_at=later(500)), at=later(6))  # an earlier time that it fired, told late
    assert house.records[ahead.id].alert.status is AlertStatus.RESOLVED


def test_a_source_without_a_clock_ends_what_it_began() -> None:
    house = House()
    house.tell(news(alert(), timed=False))
    ended = alert(status=AlertStatus.RESOLVED, started_at=later(3), received_at=later(3))
    house.tell(news(ended, timed=False), at=later(3))
    assert not house.group(alert()).open
    assert house.records[alert().id].alert.started_at == MIDNIGHT


def test_alerts_of_one_service_and_of_its_neighbours_are_one_matter_and_others_are_not() -> None:
    house = House()
    one, near, far = alert(), alert("Latency", "payments"), alert("IndexOld", "search")
    deep = alert("DiskFull", "ledger")
    house.tell(one)
    house.tell(near, deep, far, at=later(2))
    assert house.group(one).id == house.group(near).id == house.group(deep).id != house.group(far).id
    assert any("leans on" in reason for reason in house.group(one).reasons)


def test_what_comes_much_later_or_from_another_place_is_another_matter() -> None:
    house = House()
    house.tell(alert())
    elsewhere = alert("Latency", environment="staging")
    house.tell(elsewhere, at=later(1))
    late = alert("Restarts")
    house.tell(late, at=later(30))
    assert len({house.group(each).id for each in (alert(), elsewhere, late)}) == 3


def test_texts_that_are_alike_belong_together_where_no_service_is_named() -> None:
    house = House()
    said = "connection pool of the orders database is exhausted"
    one = alert("PoolExhausted", None, id="alr_1", summary=said)
    same = alert("PoolExhausted", None, id="alr_2", summary=f"{said} on replica 7")
    other = alert("CertificateExpires", None, id="alr_3", summary="certificate of the website expires tomorrow")
    house.tell(one, same, other)
    assert house.group(one).id == house.group(same).id != house.group(other).id


def test_an_alert_that_flaps_is_quiet_and_speaks_again_when_it_is_calm() -> None:
    house = House(TriageRules(flaps=4, window_minutes=1))
    minutes = 0.0
    for turn in range(3):
        begun = alert(started_at=later(turn * 3))
        house.tell(begun, at=later(minutes))
        house.tell(over(begun, 1), at=later(minutes + 1))
        minutes += 3
    found = house.tell(alert(started_at=later(minutes)), at=later(minutes))
    record = house.records[alert().id]
    assert (record.flapping, record.quiet) == (True, "flapping")
    assert found.turns == ()
    spoken = house.keep(house.sorter().reconsider([record], later(minutes + 20)))
    assert [each.quiet for each in spoken.turns] == [""]


def test_a_silence_keeps_an_alert_and_declares_nothing_until_it_is_over() -> None:
    quiet = Quiet(
        id="qui_1", tenant="acme", services=("checkout",), starts_at=MIDNIGHT, ends_at=later(10), by="alice"
    )
    house = House(quiets=(quiet,))
    assert house.tell(alert()).groups == ()
    assert house.records[alert().id].quiet == "qui_1"
    house.keep(house.sorter().reconsider(house.records.values(), later(5)))
    assert house.groups == {}
    house.keep(house.sorter().reconsider(house.records.values(), later(11)))
    assert house.group(alert()).firing == 1


def taught(kind: LessonKind, at: datetime = MIDNIGHT, **changes: object) -> Lesson:
    made = Lesson(
        id=f"les_{kind}",
        tenant="acme",
        kind=kind,
        one=Trait(service="checkout", name="higherrorrate"),
        other=Trait(service="search", name="indexold"),
        taught_by="alice",
        taught_at=at,
        incident="inc_1",
        other_incident="inc_2",
    )
    return made.model_copy(update=changes)


@pytest.mark.parametrize(
    ("lessons", "together"),
    [
        ((), False),
        ((taught(LessonKind.TOGETHER),), True),
        ((taught(LessonKind.TOGETHER), taught(LessonKind.APART, later(1))), False),
        ((taught(LessonKind.TOGETHER, withdrawn_by="bob"),), False),
    ],
)
def test_what_people_merged_and_split_decides_the_next_time(lessons: tuple[Lesson, ...], together: bool) -> None:
    house = House(lessons=lessons)
    one, other = alert(), alert("IndexOld", "search")
    house.tell(one, other)
    assert (house.group(one).id == house.group(other).id) is together


def test_a_lesson_that_two_are_apart_is_stronger_than_their_service() -> None:
    apart = taught(LessonKind.APART, other=Trait(service="checkout", name="disk#"))
    house = House(lessons=(apart,))
    one, other = alert(), alert("Disk1")
    house.tell(one, other)
    assert house.group(one).id != house.group(other).id


def test_merging_teaches_every_pair_once_and_splitting_nothing_about_one_kind_itself() -> None:
    kinds = (Trait(service="a", name="x"), Trait(service="b", name="y"))
    group = AlertGroup(
        id="grp_1",
        tenant="acme",
        title="x",
        severity=3,
        traits=kinds,
        started_at=MIDNIGHT,
        opened_at=MIDNIGHT,
        updated_at=MIDNIGHT,
    )
    assert len(lessons_of(LessonKind.TOGETHER, [group], [group])) == 3
    assert len(lessons_of(LessonKind.APART, [group], [group])) == 1


@pytest.mark.parametrize(
    ("told", "services", "wanted"),
    [
        (alert(severity=3), ["checkout"], 2),  # most critical
        (alert(severity=5), ["checkout"], 5),  # only information stays that
        (alert(severity=2), ["search"], 3),  # hardly critical
        (alert(severity=3), ["ledger"], 3),
        (alert(severity=3), ["ledger", "payments", "search"], 2),  # three services
        (alert(severity=2, environment="staging"), ["checkout"], 4),  # nobody's users
        (alert(severity=1), ["checkout"], 1),
    ],
)
def test_how_bad_it_is_follows_from_what_it_touches(told: Alert, services: list[str], wanted: int) -> None:
    found = judged([told], services, CATALOGUE, RULES)
    assert found.severity == wanted
    assert found.reasons[0] == f"told as {told.severity}"


def test_a_storm_is_one_group_from_the_twentieth_on() -> None:
    house = House()
    house.tell(*(alert(f"Odd{chr(65 + n % 26)}{chr(65 + n // 26)}x" * 2, None, id=f"alr_{n}") for n in range(400)))
    storms = [each for each in house.groups.values() if each.storm]
    assert len(house.groups) == RULES.storm + 1
    assert [each.count for each in storms] == [400 - RULES.storm]
    assert len(storms[0].members) <= RULES.told_each


steps = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=12)


@given(steps, st.randoms(use_true_random=False))
def test_in_whatever_order_news_comes_the_newest_state_stands(
    told: list[tuple[bool, int]], random: object
) -> None:
    batch = [
        alert(started_at=later(10 * n)) if fires else over(alert(started_at=later(10 * n))) for fires, n in told
    ]
    random.shuffle(batch)  # type: ignore[attr-defined]  # it is a Random
    record: AlertRecord | None = None
    for each in batch:
        record = after(record, news(each), MIDNIGHT, RULES).record
    newest = max(each.started_at for each in batch)
    ended = any(each.started_at == newest and each.status is AlertStatus.RESOLVED for each in batch)
    assert record is not None
    assert record.alert.started_at == newest
    assert (record.alert.status is AlertStatus.RESOLVED) is ended
