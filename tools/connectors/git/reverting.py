"""Taking a commit back on a branch of its own: the default branch stays as it is, and nothing is overwritten."""

from memory.model.evidence import Evidence
from memory.model.plan import Call, Check
from memory.model.run import Outcome, Preview
from tools.capabilities.git import GIT_BRANCH_DELETE, GIT_REVERT, Reversion
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.repositories import reverting
from tools.repositories.port import Pushed, Repositories
from tools.repositories.showing import SOURCE, changes, cut, diff_evidence, summary


class GitRevert:
    """Serves `git.revert`."""

    capability = GIT_REVERT

    def __init__(self, repositories: Repositories) -> None:
        self._repositories = repositories

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return the diff that would be pushed; raises `Conflict` where the commit does not come out."""
        asked, deadline = given(arguments, Reversion), Deadline(context.deadline_s)
        found = await reverting.settled(self._repositories, asked, context, deadline)
        draft, arguments_ = found.draft, found.arguments()
        moves = changes(draft)
        same = f"{asked.repository} has nothing of that commit any more: nothing would change."
        back = {"repository": asked.repository, "branch": arguments_["branch"]}
        return Preview(
            call=Call(tool=self.capability.name, arguments=arguments_),
            summary=f"{reverting.said(found)}: {summary(draft)}." if moves else same,
            changes=moves,
            blast_radius=(asked.repository,) if moves else (),
            undo=Call(tool=GIT_BRANCH_DELETE.name, arguments=back) if moves else None,
            evidence=(diff_evidence(draft, context),),
            warnings=cut(draft),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: a push is answered with where the branch stands."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Push the branch, unless the commit of this key is there already."""
        asked, deadline = given(arguments, Reversion), Deadline(context.deadline_s)
        return _outcome(await reverting.pushed(self._repositories, asked, context, deadline), context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, None if there is no commit of it in any repository."""
        found = await self._repositories.pushed(context.key, Deadline(context.deadline_s))
        return None if found is None else _outcome(found, context)


def _outcome(pushed: Pushed, context: CallContext) -> Outcome:
    said = f"{pushed.branch} of {pushed.repository} stands at {pushed.commit[:10]}, on {pushed.onto[:10]}."
    return Outcome(
        ok=True,
        summary=said,
        evidence=(
            Evidence(
                id=evidence_id(context, pushed.repository, pushed.commit),
                source=SOURCE,
                query=f"log {pushed.repository} {pushed.branch}",
                summary=said,
                observed_at=context.now,
                value=pushed.commit,
                text=pushed.subject,
            ),
        ),
        undo=Call(
            tool=GIT_BRANCH_DELETE.name, arguments={"repository": pushed.repository, "branch": pushed.branch}
        ),
        data=pushed.model_dump(mode="json"),
    )
