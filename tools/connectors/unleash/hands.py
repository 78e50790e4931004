"""The flags of an Unleash project: read, switched, rolled out by percentage, and brought back to an earlier state.

Unleash does not remember under which key it was asked. Every act reads what is there and changes only what differs
from what is wanted, so that carrying it out again after a crash changes nothing more.
"""

import json
from abc import abstractmethod

from pydantic import ValidationError

from memory.errors import InvalidInput
from memory.model.evidence import Evidence
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from tools.capabilities.flags import FLAG_SET, FLAGS_LIST, FlagFilter, FlagSetting
from tools.capabilities.rollouts import FLAG_RESTORE, FLAG_ROLLOUT, EarlierState, Rollout
from tools.connectors.unleash.answers import ROLLOUT, Earlier, Environment, Strategy
from tools.connectors.unleash.api import SOURCE, Unleash
from tools.contract import Arguments, CallContext, Capability
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.readings import FlagReading, packed
from tools.wording import capital, many, named


class FlagsList:
    """Serves `flags.list`."""

    capability = FLAGS_LIST

    def __init__(self, unleash: Unleash) -> None:
        self._unleash = unleash

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the project's flags in the environment; `value` is how many are on."""
        asked = given(arguments, FlagFilter)
        every = await self._unleash.features(Deadline(context.deadline_s))
        environment = self._unleash.environment
        found = {named(each.name, "a flag without a plain name"): each.there(environment) for each in every}
        rows = tuple(
            FlagReading(name=name, enabled=each.enabled, environment=environment)
            for name, each in found.items()
            if each is not None
        )
        states = ", ".join(f"{row.name} {'on' if row.enabled else 'off'}" for row in rows)
        summary = capital(f"{many(len(rows), 'flag')} in {environment}{f': {states}' if states else ''}.")
        missing = (f"{SOURCE}: it does not say which flags are {asked.service}'s",) if asked.service else ()
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence("features", summary, context),),
            value=sum(row.enabled for row in rows),
            missing=missing,
            data=packed("flags", rows),
        )


class FlagChange:
    """What every hand that changes a flag does; `wanted` says what it becomes."""

    capability: Capability

    def __init__(self, unleash: Unleash) -> None:
        self._unleash = unleash

    @abstractmethod
    def wanted(self, arguments: Arguments, before: Environment) -> Environment:
        """Return the flag as it would be; raises `InvalidInput`."""

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return how the flag stands and would; raises `InvalidInput` for one that is not there."""
        flag = _flag(arguments)
        before = await self._unleash.there(flag, Deadline(context.deadline_s))
        after = self.wanted(arguments, before)
        moves = before.state() != after.state()
        said = f"{flag} {'would be' if moves else 'is'} {after.told()} in {before.name}"
        return Preview(
            call=Call(tool=self.capability.name, arguments=arguments.model_dump(mode="json")),
            summary=f"{said}{'' if moves else ' already'}.",
            changes=_changes(flag, before, after),
            blast_radius=(before.name,) if moves else (),
            undo=_restoring(flag, before) if moves else None,
            evidence=(_evidence(flag, f"{flag} is {before.told()}.", context),),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: Unleash does not say which services read a flag."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Change what differs and read it back."""
        flag, deadline = _flag(arguments), Deadline(context.deadline_s)
        before = await self._unleash.there(flag, deadline)
        await self._change(flag, before, self.wanted(arguments, before), deadline)
        now = await self._unleash.there(flag, deadline)
        summary = f"{flag} is {now.told()} in {now.name}."
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence(flag, summary, context),),
            undo=_restoring(flag, before) if before.state() != now.state() else None,
            data={"flag": flag, "before": before.state(), "after": now.state()},
        )

    async def look(self, context: CallContext) -> Outcome | None:
        """Return None: Unleash keeps no key, and acting again changes only what is not so yet."""
        del context
        return None

    async def _change(self, flag: str, before: Environment, after: Environment, deadline: Deadline) -> None:
        """Change strategies while it is off where it can be: nobody gets more than either state gives."""
        if before.enabled and not after.enabled:
            await self._unleash.switch(flag, deadline, enabled=False)
        await self._align(flag, before.strategies, after.strategies, deadline)
        if after.enabled and not before.enabled:
            await self._unleash.switch(flag, deadline, enabled=True)
            now = await self._unleash.there(flag, deadline)  # Unleash adds a strategy where there was none
            await self._align(flag, now.strategies, after.strategies, deadline)

    async def _align(
        self, flag: str, held: tuple[Strategy, ...], wanted: tuple[Strategy, ...], deadline: Deadline
    ) -> None:
        for old, new in zip(held, wanted, strict=False):
            if not old.same(new):
                await self._unleash.replace(flag, old, new, deadline)
        for new in wanted[len(held) :]:
            await self._unleash.add(flag, new, deadline)
        for old in held[len(wanted) :]:
            await self._unleash.remove(flag, old, deadline)


class FlagSet(FlagChange):
    """Serves `flag.set`: the environment's own switch; strategies stay as they are."""

    capability = FLAG_SET

    def wanted(self, arguments: Arguments, before: Environment) -> Environment:
        """Return the flag switched."""
        return before.model_copy(update={"enabled": given(arguments, FlagSetting).enabled})


class FlagRollout(FlagChange):
    """Serves `flag.rollout`."""

    capability = FLAG_ROLLOUT

    def wanted(self, arguments: Arguments, before: Environment) -> Environment:
        """Return the flag on for the percentage; raises `InvalidInput` where other strategies decide."""
        asked = given(arguments, Rollout)
        if len(before.strategies) > 1 or not all(each.gradual() for each in before.strategies):
            raise InvalidInput(
                f"expected {asked.flag} to have one gradual rollout or no strategy, found others",
                hint="Change its strategies in Unleash itself.",
            )
        new = Strategy(name=ROLLOUT, parameters={"groupId": asked.flag, "stickiness": "default"})
        strategy = (before.strategies or (new,))[0].at(asked.percentage)
        return before.model_copy(update={"enabled": True, "strategies": (strategy,)})


class FlagRestore(FlagChange):
    """Serves `flag.restore`."""

    capability = FLAG_RESTORE

    def wanted(self, arguments: Arguments, before: Environment) -> Environment:
        """Return the flag exactly as its earlier state says; raises `InvalidInput` for what is none."""
        asked = given(arguments, EarlierState)
        try:
            earlier = Earlier.model_validate(json.loads(asked.state))
        except (ValueError, ValidationError):
            raise InvalidInput(
                f"expected an earlier state of {asked.flag} in Unleash, found another form"
            ) from None
        return before.model_copy(update={"enabled": earlier.enabled, "strategies": earlier.strategies})


def _flag(arguments: Arguments) -> str:
    return str(getattr(arguments, "flag", ""))


def _restoring(flag: str, before: Environment) -> Call:
    return Call(tool=FLAG_RESTORE.name, arguments={"flag": flag, "state": before.exactly()})


def _changes(flag: str, before: Environment, after: Environment) -> tuple[Change, ...]:
    found = []
    if before.enabled != after.enabled:
        on = {True: "on", False: "off"}
        found.append(Change(field=flag, before=on[before.enabled], after=on[after.enabled]))
    old, new = before.state()["strategies"], after.state()["strategies"]
    if old != new:
        texts = (json.dumps(each, sort_keys=True) for each in (old, new))
        found.append(Change(field=f"{flag} strategies", before=next(texts), after=next(texts)))
    return tuple(found)


def _evidence(query: str, summary: str, context: CallContext) -> Evidence:
    return Evidence(
        id=evidence_id(context, query, summary),
        source=SOURCE,
        query=query,
        summary=summary,
        observed_at=context.now,
    )
