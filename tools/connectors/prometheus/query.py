"""PromQL as a person wrote it: the answer as it is, or Prometheus's own words on why there is none."""

from memory.model.evidence import Evidence, TimeRange
from memory.model.run import Outcome
from memory.model.value import JsonValue
from memory.model.window import resolve
from tools.capabilities.metrics import METRICS_QUERY, PromQL
from tools.connectors.prometheus.answers import Answer, Line, Lines, Scalar
from tools.connectors.prometheus.api import SOURCE, Prometheus
from tools.connectors.prometheus.points import finite, label_text, numbers, series
from tools.connectors.prometheus.promql import grid
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.wording import amount, many

MOST_SERIES = 20


class MetricsQuery:
    """Serves `metrics.query`."""

    capability = METRICS_QUERY

    def __init__(self, prometheus: Prometheus) -> None:
        self._prometheus = prometheus

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what the expression gives; `value` is its number where it gives one. Raises `QueryRejected`."""
        asked = given(arguments, PromQL)
        deadline = Deadline(context.deadline_s)
        span: TimeRange | None = None
        if asked.window is None:
            answer = await self._prometheus.instant(asked.query, context.now, deadline)
        else:
            moments = grid(resolve(asked.window, context.now))
            span = moments.span
            answer = await self._prometheus.over(asked.query, moments, deadline)
        found = Found(answer, (span.end if span else context.now).timestamp())
        evidence = Evidence(
            id=evidence_id(context, asked.query, asked.window or ""),
            source=SOURCE,
            query=asked.query,
            summary=found.sentence(asked.window),
            observed_at=context.now,
            range=span,
            value=found.value(),
            link=self._prometheus.graph(asked.query, span, context.now),
            text=found.text(),
            series=tuple(series(line) for line in found.lines) if span else (),
        )
        return Outcome(
            ok=True,
            summary=evidence.summary,
            evidence=(evidence,),
            value=found.value(),
            missing=(*answer.cautions(), *found.left_out()),
            data={"series": found.rows()},
        )


class Found:
    """What an expression gave, at most 20 series of it. `end_s` is the last moment asked for, in unix seconds."""

    def __init__(self, answer: Answer, end_s: float) -> None:
        self._data = answer.data
        match answer.data:
            case Lines(result=lines):
                self.every = lines
            case Scalar(result=point):
                self.every = (Line(value=point),)
            case _:
                self.every = ()
        self.lines = self.every[:MOST_SERIES]
        self._numbers = [numbers(finite(line.points()), end_s) for line in self.lines]

    def value(self) -> float | None:
        """Return the number, if it is one."""
        only = self._numbers[0] if len(self.every) == 1 else None
        return only.latest if only else None

    def sentence(self, window: str | None) -> str:
        """Return what was found, in our words alone."""
        over = f"over {window.replace('_', ' ')}" if window else "now"
        numbered = [found for found in self._numbers if found is not None]
        if not isinstance(self._data, Lines | Scalar):
            return "The query gives a text."
        if not self.every:
            return f"The query matches nothing {over}: there is no such series, which is not the same as zero."
        if not numbered:
            return f"The query gives {self._count()} {over}, and not one number."
        lowest, highest = min(each.lowest for each in numbered), max(each.highest for each in numbered)
        if (value := self.value()) is not None:
            spread = f", between {amount(lowest, '')} and {amount(highest, '')} {over}" if window else ""
            return f"The query gives {amount(value, '')} now{spread}."
        return f"The query gives {self._count()} {over}, between {amount(lowest, '')} and {amount(highest, '')}."

    def _count(self) -> str:
        return many(len(self.every), "series", "series")

    def text(self) -> str:
        """Return Prometheus's answer, one series a line. Text from outside."""
        if not isinstance(self._data, Lines | Scalar):
            return self._data.result[1]
        return "\n".join(
            f"{label_text(line)} {'no number' if found is None or found.latest is None else found.latest}"
            for line, found in zip(self.lines, self._numbers, strict=True)
        )

    def rows(self) -> JsonValue:
        """Return each series with its labels and numbers, as `Outcome.data` holds them."""
        return [
            {"labels": dict(line.metric), **(found.plain() if found else {})}
            for line, found in zip(self.lines, self._numbers, strict=True)
        ]

    def left_out(self) -> tuple[str, ...]:
        """Return what there was and is not shown."""
        out = []
        if len(self.every) > len(self.lines):
            out.append(f"{SOURCE}: {len(self.every) - len(self.lines)} of {len(self.every)} series are not shown")
        if any(line.is_histogram() for line in self.lines):
            out.append(f"{SOURCE}: native histograms are not shown")
        return tuple(out)
