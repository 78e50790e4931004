"""What a press does to a plan: yes, no, go ahead alone, withdraw, pause, resume, cancel, the same again.

Whether somebody may is asked of the desk, which records what it refuses.
"""

from collections.abc import Mapping
from typing import Final

from bot.surfaces.desk import Desk, Steer
from bot.surfaces.same_again import SameAgain
from bot.surfaces.teams.activities import Incoming
from bot.surfaces.teams.presses import Press, attested
from bot.surfaces.teams.verbs import Verb
from memory.errors import Conflict, NotFound
from memory.model.approval import Verdict
from memory.model.people import Principal, Surface
from memory.model.talk import ButtonAction

WHY_NEEDED: Final = "Say why in the field, and press again: it is shown to all."
_STEERS: Final[Mapping[str, Steer]] = {
    ButtonAction.PAUSE: Steer.PAUSE,
    ButtonAction.RESUME: Steer.RESUME,
    ButtonAction.CANCEL: Steer.CANCEL,
}
_NEEDS_WHY: Final = frozenset({ButtonAction.DENY, ButtonAction.BREAK_GLASS})
_DECIDES: Final = _NEEDS_WHY | {ButtonAction.APPROVE}


class Deciding:
    """Does what was pressed, once however often it is pressed, and says what there is to say about it."""

    def __init__(self, desk: Desk, again: SameAgain) -> None:
        self._desk = desk
        self._again = again

    async def done(self, press: Press, person: Principal, came: Incoming) -> tuple[str, ...]:
        """Return what to tell; raises `ApprovalRefused`, `PolicyDenied`, `Conflict` or `NotFound`."""
        if press.verb in _DECIDES:
            return await self._decided(press, person, came)
        if press.verb in _STEERS:
            await self._desk.steer(person, press.run, _STEERS[press.verb], press.reason)
            return ()
        match press.verb:
            case ButtonAction.WITHDRAW:
                run = await self._desk.run(person, press.run)
                if run.plan_digest != press.digest:
                    raise Conflict("expected the plan that was on the card, found another")
                await self._desk.cancel(person, press.run, press.reason)
                return ()
            case Verb.STANDING:
                return (await self._again.give(person, press.run, press.digest, Surface.TEAMS),)
            case ButtonAction.WHY:
                return await self._why(press, person)
            case Verb.VIEW:
                return ()
            case _:
                raise NotFound("expected a button of ours, found another")

    async def _decided(self, press: Press, person: Principal, came: Incoming) -> tuple[str, ...]:
        if press.verb in _NEEDS_WHY and not press.reason:
            return (WHY_NEEDED,)
        verdict = Verdict.DENY if press.verb == ButtonAction.DENY else Verdict.APPROVE
        await self._desk.decide(
            person,
            press.run,
            press.digest,
            verdict,
            press.reason,
            Surface.TEAMS,
            event=attested(press, came),
            break_glass=press.verb == ButtonAction.BREAK_GLASS,
        )
        suggested = await self._again.suggested(person, press.run) if verdict is Verdict.APPROVE else ""
        return (suggested,) if suggested else ()

    async def _why(self, press: Press, person: Principal) -> tuple[str, ...]:
        why = await self._desk.explain(person, press.run)
        policies = f"Policy: {', '.join(why.policies)}." if why.policies else ""
        return tuple(each for each in (why.reason, policies, *why.not_done) if each)
