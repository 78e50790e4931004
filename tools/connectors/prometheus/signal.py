"""One signal of one service: its number now, its line over the window, and what it means when there is none."""

from datetime import datetime, timedelta

from memory.model.evidence import Evidence, Series, TimeRange
from memory.model.run import Outcome
from memory.model.window import resolve
from tools.capabilities.metrics import METRICS_SIGNAL, SignalOverTime
from tools.connectors.prometheus.answers import Answer, Lines, Point
from tools.connectors.prometheus.api import SOURCE, Prometheus
from tools.connectors.prometheus.points import Numbers, finite, numbers
from tools.connectors.prometheus.promql import Grid, Resolution, grid
from tools.connectors.prometheus.signals import RECIPES, SignalNames, expression
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.readings import UNITS
from tools.wording import amount, clock, whose

_MOSTLY = 0.75  # of a window without data at its beginning: it is worth asking for the rest alone


class MetricsSignal:
    """Serves `metrics.signal`. `names` and `resolution` say how the estate is measured."""

    capability = METRICS_SIGNAL

    def __init__(self, prometheus: Prometheus, names: SignalNames, resolution: Resolution) -> None:
        self._prometheus = prometheus
        self._names = names
        self._resolution = resolution

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the signal over the window; `value` is the number at its end, None where there is no data."""
        asked = given(arguments, SignalOverTime)
        window, deadline = resolve(asked.window, context.now), Deadline(context.deadline_s)
        query, moments, answer = await self._over(asked, window, deadline)
        younger = _since_it_exists(_points(answer), moments)
        if younger is not None:
            query, moments, answer = await self._over(asked, younger, deadline)
        points = _points(answer)
        found = numbers(points, moments.span.end.timestamp())
        summary = _sentence(asked, found, points, moments, context)
        evidence = Evidence(
            id=evidence_id(context, query, asked.window),
            source=SOURCE,
            query=query,
            summary=summary,
            observed_at=context.now,
            range=moments.span,
            value=found.latest if found else None,
            unit=UNITS[asked.signal],
            link=self._prometheus.graph(query, moments.span, context.now),
            series=(Series(name=_subject(asked), points=points),) if points else (),
        )
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(evidence,),
            value=found.latest if found else None,
            missing=(*answer.cautions(), *_gap(asked, found)),
            data={"step_s": moments.step_s, **(found.plain() if found else {})},
        )

    async def _over(
        self, asked: SignalOverTime, window: TimeRange, deadline: Deadline
    ) -> tuple[str, Grid, Answer]:
        rate_range = self._resolution.rate_range(window.end - window.start)
        query = expression(self._names, asked.signal, asked.service, asked.environment, rate_range)
        moments = grid(window)
        return query, moments, await self._prometheus.over(query, moments, deadline)


def _since_it_exists(points: tuple[Point, ...], moments: Grid) -> TimeRange | None:
    """Return the part of the window that has data, None where that is most of it.

    What is measured only since a few minutes ago is a few points in an hour: asked for alone, it is a line.
    """
    start, end = moments.span.start.timestamp(), moments.span.end.timestamp()
    if not points or points[0][0] - start < _MOSTLY * (end - start):
        return None
    began = datetime.fromtimestamp(points[0][0], moments.span.end.tzinfo) - timedelta(seconds=moments.step_s)
    return TimeRange(start=began, end=moments.span.end)


def _points(answer: Answer) -> tuple[Point, ...]:
    """Return the only line's points: every recipe adds up to one line at most."""
    lines = answer.data.result if isinstance(answer.data, Lines) else ()
    return finite(lines[0].points()) if lines else ()


def _subject(asked: SignalOverTime) -> str:
    where = f" in {asked.environment}" if asked.environment else ""
    return f"{asked.service} {RECIPES[asked.signal].says}{where}"


def _sentence(
    asked: SignalOverTime,
    found: Numbers | None,
    points: tuple[Point, ...],
    moments: Grid,
    context: CallContext,
) -> str:
    recipe, unit, end = RECIPES[asked.signal], UNITS[asked.signal], moments.span.end
    where = f" in {asked.environment}" if asked.environment else ""
    subject = f"{whose(asked.service)} {recipe.says}{where}"
    over = asked.window.replace("_", " ")
    if found is None:
        return f"There is no data on {subject} ({over}): {recipe.absent}."
    spread = (
        f"{over}: lowest {amount(found.lowest, unit)}, mean {amount(found.mean, unit)}, "
        f"highest {amount(found.highest, unit)}"
    )
    if found.latest is None:
        seen = clock(type(end).fromtimestamp(points[-1][0], end.tzinfo), context.now)
        return f"{subject} has no data since {seen}, when it was {amount(points[-1][1], unit)} ({spread})."
    verb = "is" if end == context.now else "was"
    when = "now" if end == context.now else f"at {clock(end, context.now)}"
    return f"{subject} {verb} {amount(found.latest, unit)} {when} ({spread})."


def _gap(asked: SignalOverTime, found: Numbers | None) -> tuple[str, ...]:
    if found is not None and found.latest is not None:
        return ()
    return (f"{SOURCE}: no current data on the {RECIPES[asked.signal].says} of {asked.service}",)
