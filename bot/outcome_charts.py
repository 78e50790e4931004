"""How a run's checks went, as charts: the line before and after, with marks where steps ran. Pure."""

from collections.abc import Iterator

from agents.charts import Marker, Threshold, line_chart
from memory.model.evidence import Series
from memory.model.plan import Comparison
from memory.model.run import Run, StepRecord
from memory.model.talk import Chart
from memory.model.value import Moment
from runbooks.outcomes.comparing import Pair, number, pairs
from tools.wording import amount

MARK = ":outcome:"  # between a run's id and a chart's number
MOST = 3
_A_LINE = 2  # points that make one
_LONGEST = 40  # letters beside a mark

Point = tuple[float, float]


def outcome_charts(run: Run) -> tuple[Chart, ...]:
    """Return a chart for each check that was measured often enough to draw, of an ended run."""
    if not run.status.final():
        return ()
    drawn = [(pair, points) for pair in pairs(run) if len(points := _points(run, pair)) >= _A_LINE]
    return tuple(_chart(run, place, pair, points) for place, (pair, points) in enumerate(drawn[:MOST], start=1))


def run_of(chart_id: str) -> str:
    """Return the run whose chart this is, empty where it is none of a run."""
    run, mark, _ = chart_id.partition(MARK)
    return run if mark else ""


def _chart(run: Run, place: int, pair: Pair, points: tuple[Point, ...]) -> Chart:
    unit = next((each.unit for each in (pair.after, pair.before) if each is not None and each.unit), "")
    bound = amount(pair.check.bound, unit)
    side = "below" if pair.check.comparison is Comparison.BELOW else "above"
    marks = "; ".join(f"{mark.label} at {mark.at:%H:%M:%S} UTC" for mark in _markers(run))
    course = f"{number(pair.before)} before, {number(pair.after)} after, wanted {side} {bound}"
    alt = f"{pair.check.says}: {course}. {marks}"
    return line_chart(
        identifier=f"{run.id}{MARK}{place}",
        title=pair.check.says,
        alt=alt.rstrip(),
        unit=unit,
        series=(Series(name=pair.check.says, points=points),),
        markers=tuple(_markers(run)),
        threshold=Threshold(value=pair.check.bound, label=f"{side} {bound}"),
    )


def _points(run: Run, pair: Pair) -> tuple[Point, ...]:
    """Return all that was seen of a check, in time: a later look at the same moment counts."""
    seen: dict[float, float] = {}
    for measured in (pair.before, pair.after):
        if measured is None:
            continue
        seen.update(measured.points)
        if measured.value is not None:
            seen[measured.at.timestamp()] = measured.value
    record = run.steps[pair.step]
    if record.verified_at is not None and len(record.checks) >= pair.number:
        value = record.checks[pair.number - 1].value
        if value is not None:
            seen[record.verified_at.timestamp()] = value
    return tuple(sorted(seen.items()))


def _markers(run: Run) -> Iterator[Marker]:
    for place, (planned, step) in enumerate(zip(run.plan.steps, run.steps, strict=True), start=1):
        at = _acted_at(step)
        if at is not None:
            yield Marker(at=at, label=f"{place}. {_shortened(planned.says)}")
        if step.undone_at is not None:
            yield Marker(at=step.undone_at, label=f"{place}. taken back")


def _acted_at(step: StepRecord) -> Moment | None:
    return step.ended_at if step.outcome is not None else None


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
