"""One point after another, against what those before let one expect: spikes, drops, levels that change for good.

A point stands out when it is further from what was expected than this very series used to be (a robust z-score,
with a bound that rises where such points keep coming). Small differences that last add up (CUSUM; Page, Biometrika
41, 1954), the more slowly the more each point resembles the one before. What stood out is left out of what is
expected next, until it has lasted so long that it is the new level.
"""

from dataclasses import dataclass, field
from statistics import median
from typing import Final

import numpy as np

from agents.radar import form
from agents.radar.drift import Drift
from agents.radar.form import Form, Values
from agents.radar.rhythm import Rhythm

FLOOR: Final = 0.03  # of the scale: no series is trusted to be steadier
_UNTRIED: Final = 1.2  # times the spread around a level that was not foretold
_UNKNOWN_STICKINESS: Final = 1.5


@dataclass(frozen=True)
class Tuning:
    """How much has to happen. Chosen on one half of the evaluation's series; see docs/eval/radar.md."""

    point: float = 4.5  # spreads that a single point must be away
    tail: float = 1.3  # times the largest that came in two of a hundred points before
    slack: float = 1.0  # spreads that are nothing, of a difference that lasts
    lasting: float = 6.0  # what differences must add up to
    least: float = 0.1  # on the scale, about the share of what was expected: less is not worth a word
    calm: float = 2.5  # spreads within which a point is normal again
    quiet: int = 2  # points in a row that must be, until it is over


@dataclass
class Episode:
    """Points that stood out together; `expected` and `values` are those from `start` to `end`, both included."""

    start: int
    end: int
    seen: int  # the point at which it was noticed
    up: bool
    strength: float  # the largest distance, in spreads
    typical: float = 0.0  # the mean distance when it was noticed, in spreads
    lasts: bool = False  # it became the new level
    over: bool = False
    values: list[float] = field(default_factory=list)
    expected: list[float] = field(default_factory=list)

    @property
    def size(self) -> float:
        """Return how much more than expected there was, in the unit of the values; below zero for less."""
        return sum(self.values) - sum(self.expected)


class Watch:
    """Goes through one series, and remembers only what came before."""

    def __init__(self, values: Values, rhythm: Rhythm, tuning: Tuning | None = None) -> None:
        self._values = values
        self._rhythm = rhythm
        self._tuning = tuning or Tuning()
        count = len(values)
        self._unit = 1.0
        self._level = np.zeros(count)  # values on the scale, without what stood out
        self._said = np.full(count, np.nan)  # what was expected, on the scale
        self._away = np.full(count, np.nan)  # how far each point was from it
        self._plain = np.full(count, np.nan)  # what its level and season alone would have been, as values are
        self._used = np.zeros(count, dtype=bool)  # points that count towards the usual spread
        self._form = Form({}, {})
        self._usual = np.zeros(count)  # each point's distance from the level by that form
        self._spread = self._limit = FLOOR
        self._sticky = 1.0
        self._sums = {True: 0.0, False: 0.0}
        self._since = {True: 0, False: 0}
        self._open: Episode | None = None
        self._found: list[Episode] = []
        self._drift = Drift(count, rhythm.lag) if rhythm.lag else None

    def through(self) -> list[Episode]:
        """Return what stood out, oldest first."""
        warm = self._rhythm.warm
        if len(self._values) <= warm:
            return []
        self._unit = form.unit_of(self._values[:warm])
        self._level = form.scaled(self._values, self._unit)
        for point in range(warm, len(self._values)):
            if (point - warm) % self._rhythm.again == 0:
                self._learn(point)
            self._look(point)
            self._creep(point)
        return sorted(self._found, key=lambda each: (each.seen, each.start))

    def _learn(self, point: int) -> None:
        """Learn the form again from the points before this one, and how far off points used to be."""
        seasons, places = self._rhythm.seasons, self._rhythm.places
        known = slice(max(0, point - self._rhythm.back), point)
        self._form = form.learn(self._level[known], seasons[known], places[known])
        recent = slice(max(0, point - 2 * self._rhythm.recent), point + self._rhythm.again)
        self._usual[recent] = self._form.along(seasons[recent], places[recent])
        away = self._past(point)
        if len(away) < self._rhythm.warm // 4:
            flat = self._level[known] - self._form.along(seasons[known], places[known])
            self._spread = max(FLOOR, _UNTRIED * form.spread_of(flat - form.running(flat)))
        else:
            self._spread = max(FLOOR, form.NORMAL * float(np.median(np.abs(away))))
        self._limit, self._sticky = self._bound(point), _stickiness(away, self._rhythm.warm // 2)

    def _look(self, point: int) -> None:
        """Judge one point by those before it."""
        self._said[point], self._away[point] = self._expect(point)
        distance = self._away[point] / self._spread
        if self._open is not None:
            self._follow(self._open, point, distance)
            return
        self._add(point, distance)
        up = distance > 0
        if abs(distance) > self._limit and abs(self._away[point]) > self._tuning.least:
            self._begin(point, point, up=up)
        elif self._sums[up] > self._tuning.lasting * self._sticky:
            start = self._since[up]
            shift = float(np.mean(self._away[start : point + 1]))
            if point - start >= 2 and abs(shift) > self._tuning.least:  # noqa: PLR2004 - three points, not one
                self._begin(start, point, up=up)
            else:
                self._used[point] = True
        else:
            self._used[point] = True

    def _expect(self, point: int) -> tuple[float, float]:
        """Return the nearest of all that is usual, on the scale, and how far the point is from it."""
        start = max(0, point - self._rhythm.recent)
        level = median((self._level[start:point] - self._usual[start:point]).tolist())
        value, instead = self._level[point], int(self._rhythm.instead[point])
        said = [level + self._usual[point]]
        if instead != self._rhythm.seasons[point]:
            said.append(level + self._form.usual(instead, int(self._rhythm.places[point])))
            if min(said) < value < max(said):
                return value, 0.0  # between a working day and a Sunday is usual on a holiday
        season = level + self._form.season.get(int(self._rhythm.seasons[point]), 0.0)
        self._plain[point] = float(form.plain(np.array([season]), self._unit)[0])
        said += self._repeated(point, season)
        nearest = min(said, key=lambda each: abs(value - each))
        return nearest, value - nearest

    def _repeated(self, point: int, season: float) -> list[float]:
        """Return what it would be with what came in addition on points alike: a fee is the same on any weekday."""
        added = [self._values[same] - self._plain[same] for same in self._rhythm.alike[point]]
        said = form.scaled(self._plain[point] + np.array(added), self._unit)
        return [float(each) for each in said if abs(each - season) > self._tuning.least]

    def _bound(self, point: int) -> float:
        away = np.abs(self._past(point, judged=True))
        if len(away) < self._rhythm.warm:
            return self._tuning.point
        spread = max(FLOOR, form.NORMAL * float(np.median(away)))
        return max(self._tuning.point, self._tuning.tail * float(np.quantile(away, 0.98)) / spread)

    def _past(self, point: int, *, judged: bool = False) -> Values:
        """Return the distances of the points before: those that count, or (`judged`) all that were judged."""
        start = max(0, point - 4 * self._rhythm.warm)
        away = self._away[start:point]
        counts = ~np.isnan(away) if judged else self._used[start:point]
        return away[counts]

    def _add(self, point: int, distance: float) -> None:
        for up, sign in ((True, 1.0), (False, -1.0)):
            more = float(np.clip(sign * distance, -4.0, 4.0)) - self._tuning.slack
            if self._sums[up] <= 0:
                self._since[up] = point
            self._sums[up] = max(0.0, self._sums[up] + more)

    def _begin(self, start: int, point: int, *, up: bool) -> None:
        away = np.abs(self._away[start : point + 1]) / self._spread
        self._open = Episode(start=start, end=point, seen=point, up=bool(up), strength=float(away.max()))
        self._open.typical = float(away.mean())
        self._found.append(self._open)
        for each in range(start, point + 1):
            self._keep(self._open, each)
        self._sums = {True: 0.0, False: 0.0}

    def _keep(self, episode: Episode, point: int) -> None:
        """Count a point to what stands out, and not to what is usual."""
        episode.values.append(float(self._values[point]))
        episode.expected.append(float(form.plain(self._said[point : point + 1], self._unit)[0]))
        self._level[point] = self._said[point]
        self._used[point] = False

    def _follow(self, episode: Episode, point: int, distance: float) -> None:
        """Say whether it goes on, is over, or has become what is usual."""
        calm = min(self._tuning.calm, episode.typical / 2)
        goes_on = abs(distance) > calm and (distance > 0) == episode.up
        if goes_on:
            for each in range(episode.end + 1, point + 1):
                self._keep(episode, each)
            episode.end = point
            episode.strength = max(episode.strength, abs(distance))
        if point - episode.end >= self._tuning.quiet:
            episode.over, self._open = True, None
        elif episode.end - episode.start + 1 >= self._rhythm.settle:
            self._settle(episode, point)

    def _creep(self, point: int) -> None:
        """Tell of a level that moved so slowly that nothing else stood out."""
        if self._drift is None or self._open is not None:
            return
        more = self._drift.look(self._level[: point + 1] - self._usual[: point + 1], point)
        if more is None:
            return
        start = point - self._rhythm.lag + 1
        recent = slice(start, point + 1)
        before = float(np.median((self._level - self._usual)[max(0, start - 7) : start]))
        episode = Episode(start, point, point, bool(more > 0), abs(more) / self._spread, lasts=True, over=True)
        episode.values = [float(each) for each in self._values[recent]]
        episode.expected = [float(each) for each in form.plain(before + self._usual[recent], self._unit)]
        self._found.append(episode)
        self._drift.told(point)
        self._sums = {True: 0.0, False: 0.0}

    def _settle(self, episode: Episode, point: int) -> None:
        """Take what lasted as the level there is now, and let the past look as if it had always been."""
        late = self._away[(episode.start + point) // 2 : point + 1]
        shift = float(np.median(late))
        self._level[: episode.start] += shift
        actual = form.scaled(self._values[episode.start : point + 1], self._unit)
        self._level[episode.start : point + 1] = actual
        episode.lasts = episode.over = True
        self._open = None


def _stickiness(away: Values, fewest: int) -> float:
    """Return how much more differences must add up to where each resembles the one before."""
    if len(away) < fewest:
        return _UNKNOWN_STICKINESS
    tame = np.clip(away, *np.quantile(away, (0.05, 0.95)))
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = float(np.corrcoef(tame[:-1], tame[1:])[0, 1])
    alike = min(max(alike, 0.0), 0.8) if np.isfinite(alike) else 0.0
    return float(np.sqrt((1 + alike) / (1 - alike)))


def watched(values: Values, rhythm: Rhythm, tuning: Tuning | None = None) -> list[Episode]:
    """Return what stands out in a series, oldest first; nothing is said of its first `rhythm.warm` points."""
    return Watch(values, rhythm, tuning).through()
