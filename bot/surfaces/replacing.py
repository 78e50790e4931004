"""Changing a plan that waits: another plan is made in the editor's words, and then the old one is void.

Nothing that was approved is ever changed: what people said yes to goes with the old plan.
"""

from collections.abc import Mapping
from typing import Final

import structlog

from bot.surfaces.desk import Desk
from memory.errors import AlreadyDecided
from memory.model.approval import Verdict
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.run import Run, RunStatus
from memory.model.talk import ButtonAction, Reply
from memory.model.value import JsonValue

NOT_THIS: Final = "That did not become a plan with just these arguments: the old one stays."
_VOIDING: Final = frozenset({ButtonAction.WITHDRAW, ButtonAction.DENY})

_log = structlog.get_logger(__name__)


class Replacing:
    """Says who may replace a plan, whether another is just what was entered, and ends the old one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def refusal(self, run: Run, who: Principal, digest: str) -> str:
        """Return why somebody may not edit the plan they saw, empty where they may."""
        if run.status is not RunStatus.WAITING or run.plan_digest != digest:
            return "This plan does not wait any more, or it is another one now. Look at the card again."
        if len(run.plan.steps) != 1 or run.plan.runbook:
            return "This plan has more than one step. Say in the thread what should be different."
        card = self._desk.card(run, who)
        if not _VOIDING & {each.action for each in card.buttons}:
            return f"Only {card.requester} or somebody who may deny it can replace it. Ask for more instead."
        return ""

    async def meant(self, who: Principal, reply: Reply, call: Call, old: Run) -> bool:
        """Return whether the new plan is another one, and does exactly what was entered."""
        if reply.card is None or reply.card.run == old.id:
            return False
        steps = (await self._desk.run(who, reply.card.run)).plan.steps
        return [(each.call.tool, each.call.arguments) for each in steps] == [(call.tool, call.arguments)]

    async def void(self, who: Principal, run: Run, surface: Surface, event: bytes) -> None:
        """End the old plan; `event` is what the surface verified."""
        reason = f"Edited by {who.name}: another plan takes its place."
        try:
            if who.id == run.plan.requester:
                await self._desk.cancel(who, run.id, reason)
            else:
                await self._desk.decide(who, run.id, run.plan_digest, Verdict.DENY, reason, surface, event=event)
        except AlreadyDecided:  # by who died, or by somebody who was faster
            _log.info("plan.void_already", run=run.id)


def edited(call: Call, entered: Mapping[str, str]) -> Call:
    """Return the call with what was entered in place of its arguments, each of the kind it was."""
    arguments = {
        name: _read(entered[name], before) if name in entered else before
        for name, before in call.arguments.items()
    }
    return call.model_copy(update={"arguments": {name: each for name, each in arguments.items() if each != ""}})


def says(call: Call) -> str:
    """Return the words that ask for exactly this call: its tool and arguments by name."""
    given = [f"{name}={written(value)}" for name, value in call.arguments.items() if value is not None]
    return " ".join((call.tool, *given))


def written(value: JsonValue) -> str:
    """Return a value as it stands in a field that people fill in."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _read(text: str, before: JsonValue) -> JsonValue:
    """Return what was entered as the kind of value that stood there."""
    if isinstance(before, bool):
        return text.lower() in {"true", "yes", "on", "1"}
    try:
        return type(before)(text) if isinstance(before, int | float) else text
    except ValueError:
        return text  # refused with a reason where it is proposed
