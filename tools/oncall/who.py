"""Serving `oncall.who`: who is on call, with the schedule that says so as evidence."""

import re
from datetime import datetime
from typing import Final

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from tools.capabilities.oncall import ONCALL_WHO, OnCallFor
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.oncall.book import OnCall, OnCallBook
from tools.oncall.shift import Shift
from tools.wording import clock, named

SOURCE = "oncall"
_PERSON: Final = re.compile(r"[^\W\d_][\w.'-]{0,40}( [\w.'-]{1,40}){0,3}")  # a name as people have them


class OnCallWho:
    """Serves `oncall.who`."""

    capability = ONCALL_WHO

    def __init__(self, book: OnCallBook) -> None:
        self._book = book

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return who is on call; raises `UnknownService`. That nobody is, is an answer too."""
        wanted = given(arguments, OnCallFor)
        if wanted.service is None:
            found = await self._book.everybody(context.now)
        else:
            found = (await self._book.of_service(wanted.service, context.now),)
        return Outcome(
            ok=True,
            summary=" ".join(sentence(each, context.now) for each in found) or "No schedule is known here.",
            evidence=tuple(_evidence(each, context) for each in found),
            value=sum(len(each.shifts) for each in found),
            missing=tuple(gap for each in found for gap in each.missing),
        )


def sentence(found: OnCall, now: datetime) -> str:
    """Return who is on call in words of ours; who is called by no plain name is called so."""
    about = found.service or found.team or "this"
    if not found.shifts:
        return f"Nobody is known to be on call for {about}{f': {found.why}' if found.why else ''}."
    first, *others = found.shifts
    then = f"; then {', '.join(_name(each) for each in others[:5])}" if others else ""
    until = f" until {clock(first.until, now)}" if first.until else ""
    instead = ", standing in" if first.override else ""
    team = f" ({found.team})" if found.service and found.team else ""
    return f"{_name(first)} is on call for {about}{team}{until}{instead}{then}."


def _name(shift: Shift) -> str:
    return (
        shift.person if _PERSON.fullmatch(shift.person) else named(shift.person, "somebody without a plain name")
    )


def _evidence(found: OnCall, context: CallContext) -> Evidence:
    about = found.service or found.team
    said = [f"{each.schedule} of {each.team}: {each.person} (level {each.level})" for each in found.shifts]
    return Evidence(
        id=evidence_id(context, SOURCE, about),
        source=SOURCE,
        query=f"who is on call for {about}",
        summary=sentence(found, context.now),
        observed_at=context.now,
        value=len(found.shifts),
        text="\n".join([*said, found.why]).strip(),
    )
