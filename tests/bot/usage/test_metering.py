"""Usage is counted once, off the path of a turn, and nothing is lost when a process is killed."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.telemetry import Metrics
from bot.usage.following import used
from bot.usage.metering import UsageMeter, of_call
from bot.usage.spool import Spool
from memory.errors import StoreUnavailable
from memory.model.model_call import CallOutcome, ModelCall
from memory.model.run import RunStatus, StepRecord, StepStatus
from memory.model.usage import UsageBy, UsageFact, UsageKind
from memory.store import Store
from tests.fakes.time import MIDNIGHT
from tests.memory.samples import run
from tests.memory.usage_calls import fact

BEFORE, AFTER = MIDNIGHT - timedelta(days=1), MIDNIGHT + timedelta(days=1)


def call(**changes: object) -> ModelCall:
    made = ModelCall(
        id="call_1",
        tenant="acme",
        person="alice",
        correlation="cor_1",
        purpose="interpretation",
        provider="local",
        model="small",
        prompt="interpret/1",
        prompt_sha256="0" * 64,
        input_tokens=100,
        output_tokens=20,
        cached_tokens=40,
        cost=Decimal("0.0001234567891"),
        began=MIDNIGHT,
        seconds=0.1234,
        outcome=CallOutcome.ANSWERED,
    )
    return made.model_copy(update=changes)


async def kept(store: Store) -> tuple[UsageFact, ...]:
    return await store.usage.facts("acme", BEFORE, AFTER)


def test_a_call_is_counted_with_what_was_paid_to_the_billionth() -> None:
    found = of_call(call(), "slack")
    assert (found.cost, found.milliseconds, found.surface, found.name) == (
        Decimal("0.000123457"),
        123,
        "slack",
        "small",
    )


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({"cached": True, "cost": None}, Decimal(0)),
        ({"cost": None}, None),
        (
            {"cost": None, "outcome": CallOutcome.TIMED_OUT, "input_tokens": None, "output_tokens": None},
            Decimal(0),
        ),
        ({"cost": None, "outcome": CallOutcome.REFUSED}, None),
    ],
    ids=["our own cache", "no price", "no answer", "tokens and no price"],
)
def test_what_nobody_knows_the_price_of_is_not_free_and_what_was_not_served_is(
    changes: dict[str, object], cost: Decimal | None
) -> None:
    assert of_call(call(**changes), "").cost == cost


async def test_a_fact_is_stored_once_however_often_it_is_told(meter: UsageMeter, store: Store) -> None:
    await meter.called(call())
    await meter.called(call())
    await meter.flush()
    await meter.called(call())
    await meter.flush()
    assert [each.id for each in await kept(store)] == ["call_1"]


async def test_the_spool_is_empty_once_everything_is_stored(meter: UsageMeter, tmp_path: Path) -> None:
    await meter.called(call())
    assert len(list((tmp_path / "spool").iterdir())) == 1
    await meter.flush()
    assert list((tmp_path / "spool").iterdir()) == []


async def test_what_a_killed_process_left_behind_is_taken_up_by_the_next(
    meter: UsageMeter, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "spool"
    program = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from bot.usage.spool import Spool\n"
        "from tests.memory.usage_calls import fact\n"
        "segment = Spool(Path(sys.argv[1])).segment()\n"
        "for number in range(50):\n"
        "    segment.write(fact(id=f'call_{number}'))\n"
        "print('written', flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else is to run meanwhile
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE
    ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"written\n"
        assert await meter.recover() == 0  # it still runs: what it holds is left alone
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    assert await meter.recover() == 50
    assert len(await kept(store)) == 50
    assert list(folder.iterdir()) == []


async def test_a_line_that_broke_off_loses_nothing_but_itself(
    meter: UsageMeter, store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    whole = fact().model_dump_json()
    (folder / "7-1.usage").write_text(f"{whole}\n{whole[:40]}")
    assert await meter.recover() == 1
    assert [each.id for each in await kept(store)] == ["call_1"]


async def test_what_cannot_be_stored_now_is_stored_later(
    store: Store, tmp_path: Path, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = UsageMeter(store, Spool(tmp_path / "spool"), metrics)
    await meter.called(call())
    with monkeypatch.context() as away:

        async def refused(*_: object) -> None:
            raise StoreUnavailable("expected a database that answers, found none")

        away.setattr(store.usage, "add", refused)
        await meter.flush()
        await meter.called(call(id="call_2"))
    assert await kept(store) == ()
    assert len(list((tmp_path / "spool").iterdir())) == 2
    await meter.close()
    assert sorted(each.id for each in await kept(store)) == ["call_1", "call_2"]
    assert list((tmp_path / "spool").iterdir()) == []


async def test_a_spool_that_cannot_be_written_stops_no_turn(
    store: Store, tmp_path: Path, metrics: Metrics
) -> None:
    (tmp_path / "file").write_text("no folder")
    meter = UsageMeter(store, Spool(tmp_path / "file"), metrics)
    await meter.called(call())
    await meter.close()
    assert [each.id for each in await kept(store)] == ["call_1"]


async def test_taking_a_fact_costs_a_turn_next_to_nothing(meter: UsageMeter) -> None:
    facts = [fact(id=f"call_{number}") for number in range(400)]
    began = time.perf_counter()
    for each in facts:
        meter.take(each)
    assert (time.perf_counter() - began) / len(facts) < 0.002  # tens of microseconds on a quiet machine


async def test_metrics_count_tokens_money_and_failures(meter: UsageMeter, metrics: Metrics) -> None:
    await meter.called(call(cost=Decimal("0.25")))
    await meter.called(call(id="call_2", cost=None, outcome=CallOutcome.FAILING))
    text = metrics.text().decode()
    assert 'quarterdeck_usage_tokens_total{direction="input",model="small"} 200.0' in text
    assert 'quarterdeck_usage_cost_total{currency="USD",kind="model"} 0.25' in text
    assert 'quarterdeck_usage_facts_total{kind="model",result="failed"} 1.0' in text


def test_each_step_of_a_run_that_was_begun_is_used_with_its_time_and_price() -> None:
    done = StepRecord(
        index=0,
        status=StepStatus.VERIFIED,
        started_at=MIDNIGHT,
        ended_at=MIDNIGHT + timedelta(seconds=2.5),
        cents=7,
    )
    (found,) = used(run(status=RunStatus.SUCCEEDED, steps=(done,)))
    assert (found.kind, found.milliseconds, found.cost, found.ok) == (UsageKind.TOOL, 2500, Decimal("0.07"), True)
    assert list(used(run(status=RunStatus.CANCELLED))) == []


async def test_lines_add_up_exactly_to_what_was_kept(store: Store) -> None:
    facts = [
        fact(id=f"call_{number}", name=f"model-{number % 3}", cost=Decimal(number) / 1_000_000_000 * 3)
        for number in range(1, 200)
    ]
    facts.append(fact(id="unpriced", name="model-0", cost=None))
    facts.append(fact(id="euro", name="model-1", cost=Decimal("0.5"), currency="EUR"))
    facts.append(fact(id="turn", kind=UsageKind.TURN, name="answer", input_tokens=0, output_tokens=0, cost=None))
    await store.usage.add("acme", facts)
    lines = await store.usage.lines("acme", BEFORE, AFTER, UsageBy.MODEL)
    for line in lines:
        mine = [each for each in facts if each.name == line.key and each.kind is UsageKind.MODEL]
        for currency, cost in line.costs.items():
            assert cost == sum((each.cost or Decimal(0) for each in mine if each.currency == currency), Decimal(0))
        assert line.input_tokens == sum(each.input_tokens for each in mine)
        assert line.model_calls == len(mine)
    (whole,) = await store.usage.lines("acme", BEFORE, AFTER)
    assert (whole.turns, whole.model_calls, whole.unpriced) == (1, 201, 1)
    assert await store.usage.spent("acme", BEFORE, AFTER, "EUR") == Decimal("0.5")
