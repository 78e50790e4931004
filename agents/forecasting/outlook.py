"""Month by month: what was spent, what is to come, and between which bounds.

The bounds come from the errors of the very same forecast, made on the same day of past months, and are the wider
the less its members agree. Where the past is too short for a promise, none is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from agents.forecasting import ensemble
from agents.forecasting.ensemble import Trial
from agents.forecasting.members import Member, members
from agents.forecasting.months import Interval, MonthForecast, Outlook
from agents.forecasting.series import Costs, Series, Step, later, month_end

LEVELS: Final = (0.8, 0.95)
TRIALS: Final = 12  # months back
NEAR: Final = (0, -3, 3)  # days around the same day of a month, tried too
FEWEST: Final = 28  # days that must be known before a day in the past is tried
MONTHS_AHEAD: Final = 3


@dataclass(frozen=True)
class _Span:
    """What is still to come of one month, as places in the series that will follow."""

    month: date
    so_far: float
    start: int
    stop: int


def outlook(series: Series, as_of: date | None = None) -> Outlook:
    """Return the outlook at the end of a day, or after the last one that is known.

    Raises `InvalidInput` where nothing is known by then.
    """
    known = series if as_of is None else series.until(as_of)
    floor = 0.0 if float(known.costs.min()) >= 0 else None
    voices, library = members(known.step)
    ahead = _ahead(known)
    said = ensemble.told(known, ahead, voices)
    pasts = _pasts(known, voices)
    trials = [_trials(known, pasts, number) for number in range(MONTHS_AHEAD + 1)]
    counts = [ensemble.weights(tried, list(said)) for tried in trials]
    months, spans = [], _spans(known, ahead)
    for number, span in enumerate(spans):
        parts = {name: _part(values, span) for name, values in said.items()}
        months.append(_month(span, parts, counts[number], trials[number], floor))
    return Outlook(
        as_of=known.last,
        months=tuple(months),
        weights=counts[0],
        run_rate=_run_rate(known, ahead),
        missing=known.missing,
        note=_note(known, as_of, library=library),
        said={name: spans[0].so_far + _part(values, spans[0]) for name, values in said.items()},
        daily=_daily(said, counts[0], spans, months) if known.step is Step.DAY else (),
    )


def _daily(
    said: Mapping[str, Costs], counts: Mapping[str, float], spans: list[_Span], months: list[MonthForecast]
) -> tuple[float, ...]:
    """Return each day ahead, by the weights of this month, so that the days of a month add up to it."""
    whole = sum(counts[name] for name in said)
    together = np.sum([counts[name] / whole * values for name, values in said.items()], axis=0)
    for span, month in zip(spans, months, strict=True):
        if span.stop > span.start:
            days = slice(span.start, span.stop)
            rest = month.expected - month.so_far
            together[days] += (rest - together[days].sum()) / (span.stop - span.start)
    return tuple(float(each) for each in together)


def _month(
    span: _Span, parts: Mapping[str, float], counts: Mapping[str, float], trials: list[Trial], floor: float | None
) -> MonthForecast:
    """Return one month; where no cost was ever below `floor`, no bound goes below what is spent already."""
    expected = span.so_far + ensemble.together(parts, counts)
    intervals = []
    for level in LEVELS:
        reach = ensemble.reach(trials, parts, level)
        if reach is not None and span.stop > span.start:
            low = expected - reach
            low = low if floor is None else min(expected, max(low, span.so_far + floor))
            intervals.append(Interval(level=level, low=low, high=expected + reach))
    return MonthForecast(
        month=span.month, so_far=span.so_far, expected=expected, intervals=tuple(intervals), tried=len(trials)
    )


@dataclass(frozen=True)
class _Past:
    """A day in the past, as many values as were known then, and what each member says of what followed."""

    known: int
    spans: list[_Span]
    said: dict[str, Costs]


def _pasts(known: Series, voices: Mapping[str, Member]) -> list[_Past]:
    """Return days in the past, oldest first."""
    found = []
    for last in _days_back(known):
        past = known.until(last)
        ahead = _ahead(past)
        found.append(_Past(len(past.costs), _spans(past, ahead), ensemble.told(past, ahead, voices)))
    return found


def _trials(known: Series, pasts: list[_Past], number: int) -> list[Trial]:
    """Return what would have been said of the month `number` after each day, where that is over by now."""
    found = []
    for past in pasts:
        span = past.spans[number]
        end = past.known + span.stop
        if span.start < span.stop and end <= len(known.costs):
            truth = float(known.costs[past.known + span.start : end].sum())
            said = {name: _part(values, span) for name, values in past.said.items()}
            scale = abs(float(np.median([*said.values()])))
            if scale > 0:
                found.append(Trial(said, truth, scale))
    return found


def _days_back(known: Series) -> list[date]:
    dates = known.dates()
    if known.step is Step.MONTH:
        return dates[max(12, len(dates) - 2 * TRIALS) : -1] if len(dates) > FEWEST // 2 else []
    wanted = []
    for back in range(TRIALS, 0, -1):
        month = later(known.last.replace(day=1), -back)
        same = min(known.last.day, month_end(month).day)
        for shift in sorted(NEAR):
            day = month.replace(day=same) + timedelta(shift)
            if (day.year, day.month) == (month.year, month.month) and day - timedelta(FEWEST - 1) >= known.first:
                wanted.append(day)
    return [day for day in wanted if day < known.last]


def _ahead(known: Series) -> list[date]:
    if known.step is Step.MONTH:
        return [later(known.last, number) for number in range(1, MONTHS_AHEAD + 2)]
    last, end = known.last, month_end(later(known.last.replace(day=1), MONTHS_AHEAD))
    return [last + timedelta(number) for number in range(1, (end - last).days + 1)]


def _spans(known: Series, ahead: list[date]) -> list[_Span]:
    if known.step is Step.MONTH:
        return [_Span(day, 0.0, number, number + 1) for number, day in enumerate(ahead)]
    spans = []
    for number in range(MONTHS_AHEAD + 1):
        month = later(known.last.replace(day=1), number)
        places = [place for place, day in enumerate(ahead) if (day.year, day.month) == (month.year, month.month)]
        start, stop = (places[0], places[-1] + 1) if places else (0, 0)
        here = min(known.last.day, len(known.costs)) if number == 0 else 0
        spans.append(_Span(month, float(known.costs[-here:].sum()) if here else 0.0, start, stop))
    return spans


def _part(values: Costs, span: _Span) -> float:
    return float(values[span.start : span.stop].sum())


def _run_rate(known: Series, ahead: list[date]) -> float:
    span = _spans(known, ahead)[0]
    if known.step is Step.MONTH:
        return float(known.costs[-1])
    return span.so_far + float(known.costs[-7:].mean()) * (span.stop - span.start)


def _note(known: Series, as_of: date | None, *, library: bool) -> str:
    notes = [known.note] if known.note else []
    if as_of is not None and known.step is Step.DAY and as_of > known.last:
        notes.append(f"Nothing is known after {known.last}: this is the forecast of that day, not of {as_of}.")
    if known.missing:
        notes.append(f"{len(known.missing)} of {len(known.costs)} values were missing and filled in.")
    if not library:
        notes.append('Without AutoETS and AutoTheta: pip install "quarterdeck[costs]" brings them.')
    if len(known.costs) < 2 * FEWEST and known.step is Step.DAY:
        notes.append(f"Only {len(known.costs)} days are known: this is little to go by.")
    return " ".join(notes)
