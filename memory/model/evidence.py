"""What was seen: one fact each, with its source, so that an answer can be checked."""

from memory.model.value import Identifier, JsonValue, Moment, Value


class TimeRange(Value):
    """A closed interval of time, in UTC."""

    start: Moment
    end: Moment


class Series(Value):
    """A named line of a chart: (unix seconds, value) pairs in time order."""

    name: str
    points: tuple[tuple[float, float], ...]


class Evidence(Value):
    """One fact with its source, query, time range, value and a link.

    `summary` is a short sentence in our words; `text` is what the source itself said, which is untrusted.
    """

    id: Identifier
    source: str  # "prometheus", "alertmanager", "estate", …
    query: str
    summary: str
    observed_at: Moment
    range: TimeRange | None = None
    value: JsonValue = None
    unit: str = ""
    link: str = ""
    text: str = ""
    series: tuple[Series, ...] = ()
