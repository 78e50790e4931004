"""A track record in a sentence or three. Pure."""

from memory.model.track import Odds, PastFailure, TrackRecord
from runbooks.outcomes.counting import CHECK_FAILED
from runbooks.outcomes.odds import ENOUGH

_ONCE = 1


def says(track: TrackRecord) -> str:
    """Return how it went before, what failed how, and how likely it is to work where that can be said."""
    where = f" on {track.service}" if track.service else ""
    if not track.tried or track.last_at is None:
        return f"No record yet{where}: this was not tried before."
    times = "once" if track.tried == _ONCE else f"{track.worked} of {track.tried} times"
    worked = "Did not work" if track.tried == _ONCE and not track.worked else "Worked"
    first = f"{worked} {times}{where}, last on {track.last_at:%-d %B %Y}."
    return " ".join([first, *map(_failure, track.failures[:1]), likely(track.odds)])


def likely(odds: Odds | None) -> str:
    """Return a probability with its interval, or that there is too little history for one."""
    if odds is None:
        return f"Too little history for a probability: that takes {ENOUGH} tries."
    span = f"{_percent(odds.level)} interval: {_percent(odds.low)} to {_percent(odds.high)}"
    return f"Likely to work: {_percent(odds.expected)} ({span})."


def _failure(failure: PastFailure) -> str:
    how = "did not help" if failure.why == CHECK_FAILED else f"failed with {failure.why}"
    return f"Last failure on {failure.at:%-d %B %Y}: {failure.tool} {how}."


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
