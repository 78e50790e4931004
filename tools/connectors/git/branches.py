"""Deleting a branch that Quarterdeck made, and bringing it back; each undoes the other, and may be repeated."""

from memory.errors import Conflict
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.git import GIT_BRANCH_DELETE, GIT_BRANCH_RESTORE, Branch, BranchAt
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.http import Deadline
from tools.repositories.port import Repositories

_SHOWN = 10


class BranchDelete:
    """Serves `git.branch.delete`."""

    capability = GIT_BRANCH_DELETE

    def __init__(self, repositories: Repositories) -> None:
        self._repositories = repositories

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return where the branch stands; without changes where there is none."""
        asked = given(arguments, Branch)
        stands = await self._repositories.tip(asked.repository, asked.branch, Deadline(context.deadline_s))
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"{asked.branch} of {asked.repository} {'would be deleted' if stands else 'is not there'}.",
            changes=(Change(field=asked.branch, before=stands[:_SHOWN], after="no branch"),) if stands else (),
            blast_radius=(asked.repository,) if stands else (),
            undo=_restoring(asked, stands) if stands else None,
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: a push is answered with where the branch stands."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Delete it; one that is gone stays gone. Raises `Conflict` where somebody else worked on it."""
        asked = given(arguments, Branch)
        stood = await self._repositories.drop(asked.repository, asked.branch, Deadline(context.deadline_s))
        was = f"was deleted; it stood at {stood[:_SHOWN]}" if stood else "was gone already"
        return Outcome(
            ok=True,
            summary=f"{asked.branch} of {asked.repository} {was}.",
            undo=_restoring(asked, stood) if stood else None,
            data={"repository": asked.repository, "branch": asked.branch, "commit": stood},
        )

    async def look(self, context: CallContext) -> Outcome | None:
        """Return None: a branch that is gone does not say why, and deleting it again changes nothing."""
        del context
        return None


class BranchRestore:
    """Serves `git.branch.restore`."""

    capability = GIT_BRANCH_RESTORE

    def __init__(self, repositories: Repositories) -> None:
        self._repositories = repositories

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return where the branch would stand; raises `NotFound` where the commit is not known here any more."""
        asked, deadline = given(arguments, BranchAt), Deadline(context.deadline_s)
        full = await self._repositories.commit(asked.repository, asked.commit, deadline)
        stands = await self._repositories.tip(asked.repository, asked.branch, deadline)
        if stands not in {None, full}:
            raise Conflict(f"expected no branch {asked.branch} in {asked.repository}, found one at {stands}")
        whole: dict[str, JsonValue] = {**asked.model_dump(mode="json"), "commit": full}
        back: dict[str, JsonValue] = {"repository": asked.repository, "branch": asked.branch}
        change = Change(field=asked.branch, before="no branch", after=full[:_SHOWN])
        return Preview(
            call=Call(tool=self.capability.name, arguments=whole),
            summary=f"{asked.branch} of {asked.repository} {'is there' if stands else 'would come back'}.",
            changes=() if stands else (change,),
            undo=None if stands else Call(tool=GIT_BRANCH_DELETE.name, arguments=back),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: a push is answered with where the branch stands."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Make the branch again; raises `Conflict` where there is one that stands elsewhere."""
        asked, deadline = given(arguments, BranchAt), Deadline(context.deadline_s)
        await self._repositories.restore(asked.repository, asked.branch, asked.commit, deadline)
        back: dict[str, JsonValue] = {"repository": asked.repository, "branch": asked.branch}
        return Outcome(
            ok=True,
            summary=f"{asked.branch} of {asked.repository} stands at {asked.commit[:_SHOWN]}.",
            undo=Call(tool=GIT_BRANCH_DELETE.name, arguments=back),
            data={**back, "commit": asked.commit},
        )

    async def look(self, context: CallContext) -> Outcome | None:
        """Return None: making a branch that is there again changes nothing."""
        del context
        return None


def _restoring(asked: Branch, stood: str) -> Call:
    where: dict[str, JsonValue] = {"repository": asked.repository, "branch": asked.branch, "commit": stood}
    return Call(tool=GIT_BRANCH_RESTORE.name, arguments=where)
