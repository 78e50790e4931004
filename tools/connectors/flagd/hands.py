"""The flags of a flagd file: read, switched, rolled out by percentage, and brought back to an earlier state.

What a change says is said when it is committed: flagd follows the file by itself, in the time it is set to.
"""

from abc import abstractmethod

from memory.model.evidence import Evidence
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from tools.capabilities.flags import FLAG_SET, FLAGS_LIST, FlagFilter, FlagSetting
from tools.capabilities.rollouts import FLAG_RESTORE, FLAG_ROLLOUT, EarlierState, Rollout
from tools.connectors.flagd.definition import Definition, restored
from tools.connectors.flagd.files import FlagFile
from tools.contract import Arguments, CallContext, Capability
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.readings import FlagReading, packed
from tools.repositories.port import Pushed
from tools.repositories.showing import diff_evidence
from tools.wording import capital, many, named

SOURCE = "flagd"


class FlagsList:
    """Serves `flags.list`."""

    capability = FLAGS_LIST

    def __init__(self, file: FlagFile) -> None:
        self._file = file

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return every flag of the file; `value` is how many are on. A file does not say whose a flag is."""
        asked = given(arguments, FlagFilter)
        seen = await self._file.seen(Deadline(context.deadline_s))
        told = {named(name, "a flag without a plain name"): each for name, each in seen.flags.items()}
        states = ", ".join(f"{name} {each.told()}" for name, each in told.items())
        summary = capital(f"{many(len(told), 'flag')}{f': {states}' if states else ''}.")
        rows = tuple(FlagReading(name=name, enabled=each.on()) for name, each in told.items())
        missing = (f"{SOURCE}: the file does not say which flags are {asked.service}'s",) if asked.service else ()
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence(self._file, seen.commit, summary, context),),
            value=sum(row.enabled for row in rows),
            missing=missing,
            data=packed("flags", rows),
        )


class FlagChange:
    """What every hand that changes a flag of the file does; `changed` says which flag becomes what."""

    capability: Capability

    def __init__(self, file: FlagFile) -> None:
        self._file = file

    @abstractmethod
    def changed(self, arguments: Arguments, before: Definition) -> Definition:
        """Return the flag as it would be; raises `InvalidInput`."""

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return the diff of the file; raises `InvalidInput` for a flag it does not have or cannot change so."""
        flag, deadline = _flag(arguments), Deadline(context.deadline_s)
        seen = await self._file.seen(deadline)
        before = seen.flag(flag)
        after = self.changed(arguments, before)
        moves = before.plain() != after.plain()
        draft = await self._file.draft(seen, flag, after, deadline)
        back = Call(tool=FLAG_RESTORE.name, arguments={"flag": flag, "state": before.exactly()})
        ruled = bool(before.targeting) and not after.targeting
        return Preview(
            call=Call(tool=self.capability.name, arguments=arguments.model_dump(mode="json")),
            summary=f"{flag} would be {after.told()}." if moves else f"{flag} is {after.told()} already.",
            changes=_changes(flag, before, after),
            blast_radius=(self._file.repository.name,) if moves else (),
            undo=back if moves else None,
            evidence=(diff_evidence(draft, context),),
            warnings=("Its targeting rules would be taken out; the undo brings them back.",) if ruled else (),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: who reads a flag is not said in the file."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Commit the change, unless this key's commit is there; raises `Conflict` for a branch that moved."""
        flag, deadline = _flag(arguments), Deadline(context.deadline_s)
        done = await self._file.pushed(context, deadline)
        seen = await self._file.seen(deadline)
        before = seen.flag(flag)
        after = self.changed(arguments, before)
        if done is None and before.plain() == after.plain():
            return Outcome(ok=True, summary=f"{flag} was {after.told()} already.", data={"commit": seen.commit})
        if done is None:
            draft = await self._file.draft(seen, flag, after, deadline)
            done = await self._file.commit(draft, f"{flag}: {after.told()}", flag, context, deadline)
            back = Call(tool=FLAG_RESTORE.name, arguments={"flag": flag, "state": before.exactly()})
            return self._outcome(done, context).model_copy(update={"undo": back})
        return self._outcome(done, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, None if there is no commit of it."""
        found = await self._file.pushed(context, Deadline(context.deadline_s))
        return None if found is None else self._outcome(found, context)

    def _outcome(self, pushed: Pushed, context: CallContext) -> Outcome:
        summary = f"The flag file of {pushed.repository} was changed by {pushed.commit[:10]}."
        evidence = _evidence(self._file, pushed.commit, summary, context)
        return Outcome(ok=True, summary=summary, evidence=(evidence,), data=pushed.model_dump(mode="json"))


class FlagSet(FlagChange):
    """Serves `flag.set`: on or off for everybody."""

    capability = FLAG_SET

    def changed(self, arguments: Arguments, before: Definition) -> Definition:
        """Return the flag with the default variant that is true, or false, and no rules beside it."""
        asked = given(arguments, FlagSetting)
        return before.switched(asked.flag, enabled=asked.enabled)


class FlagRollout(FlagChange):
    """Serves `flag.rollout`."""

    capability = FLAG_ROLLOUT

    def changed(self, arguments: Arguments, before: Definition) -> Definition:
        """Return the flag on for the percentage."""
        asked = given(arguments, Rollout)
        return before.rolled_out(asked.flag, asked.percentage)


class FlagRestore(FlagChange):
    """Serves `flag.restore`."""

    capability = FLAG_RESTORE

    def changed(self, arguments: Arguments, before: Definition) -> Definition:
        """Return the flag exactly as its earlier state says, whatever it is now."""
        del before
        asked = given(arguments, EarlierState)
        return restored(asked.flag, asked.state)


def _flag(arguments: Arguments) -> str:
    return str(getattr(arguments, "flag", ""))


def _changes(flag: str, before: Definition, after: Definition) -> tuple[Change, ...]:
    old, new = before.plain(), after.plain()
    return tuple(
        Change(
            field=flag if name == "state" else f"{flag} {name}",
            before=str(old.get(name, "nothing")),
            after=str(new.get(name, "nothing")),
        )
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def _evidence(file: FlagFile, commit: str, summary: str, context: CallContext) -> Evidence:
    return Evidence(
        id=evidence_id(context, file.repository.name, commit),
        source=SOURCE,
        query=f"{file.repository.name}/{file.path} at {commit[:10]}",
        summary=summary,
        observed_at=context.now,
        value=commit,
    )
