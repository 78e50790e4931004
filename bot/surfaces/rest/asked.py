"""What is asked of the log, as a request's query says it."""

from typing import Annotated

from fastapi import Depends, Query

from bot.surfaces.desk import LogQuery
from memory.model.bodies import EntryKind, Ruling
from memory.model.value import Identifier, Moment

Kinds = Annotated[list[EntryKind] | None, Query(description="Only entries of these kinds")]
Person = Annotated[Identifier | None, Query(description="Only what this person did, by their id")]
Tool = Annotated[Identifier | None, Query(description="Only entries about this tool")]
Decision = Annotated[Ruling | None, Query(description="Only entries with this decision")]
Since = Annotated[Moment | None, Query(description="Only what was logged at or after this moment")]
Until = Annotated[Moment | None, Query(description="Only what was logged before this moment")]
Correlation = Annotated[Identifier | None, Query(description="Only what one message led to")]
Incident = Annotated[Identifier | None, Query(description="Only what belongs to this incident")]


def _asked(
    *,
    kind: Kinds = None,
    principal: Person = None,
    tool: Tool = None,
    decision: Decision = None,
    since: Since = None,
    until: Until = None,
    correlation: Correlation = None,
    incident: Incident = None,
) -> LogQuery:
    return LogQuery(
        kinds=tuple(kind or ()),
        principal=principal,
        tool=tool,
        decision=decision,
        since=since,
        until=until,
        correlation=correlation,
        incident=incident,
    )


AskedOfLog = Annotated[LogQuery, Depends(_asked)]
