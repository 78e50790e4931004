"""Closing a pull request of ours with its branch, and bringing both back; each undoes the other."""

from memory.errors import Conflict, NotFound
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.github import (
    GITHUB_PULL_CLOSE,
    GITHUB_PULL_REOPEN,
    PullOfBranch,
    Reopening,
)
from tools.connectors.github.answers import Pull
from tools.connectors.github.api import GitHub
from tools.connectors.github.marks import pull_key
from tools.connectors.github.pulls import pull_evidence, pull_outcome
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.http import Deadline
from tools.refs import OURS
from tools.repositories.named import Repository
from tools.repositories.port import Repositories


class PullClose:
    """Serves `github.pull.close`."""

    capability = GITHUB_PULL_CLOSE

    def __init__(self, github: GitHub, repositories: Repositories) -> None:
        self._github = github
        self._repositories = repositories

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what would be closed; raises `NotFound` for a branch without a pull request of ours."""
        asked, deadline = given(arguments, PullOfBranch), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        pull = await self._found(repository, asked.branch, deadline)
        is_open = pull.state == "open"
        said = f"Pull request {pull.number} of {repository.name}"
        ours = asked.branch.startswith(OURS)
        branch = Change(field=asked.branch, before=pull.head.sha[:10], after="no branch")
        moves = (
            Change(field=f"pull request {pull.number}", before="open", after="closed"),
            *((branch,) if ours else ()),
        )
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"{said} would be closed." if is_open else f"{said} is closed already.",
            changes=moves if is_open else (),
            blast_radius=(repository.name,) if is_open else (),
            undo=_reopening(repository, pull) if is_open else None,
            evidence=(pull_evidence(self._github, repository, pull, f"{said} is {pull.state}.", context),),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: GitHub answers with the pull request as it is then."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Close it and delete its branch; what is gone stays gone. Raises `Conflict` where it is merged."""
        asked, deadline = given(arguments, PullOfBranch), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        pull = await self._found(repository, asked.branch, deadline)
        if pull.merged():
            raise Conflict(
                f"expected pull request {pull.number} of {repository.name} to be open, found it merged",
                hint="Revert what it brought instead.",
            )
        closed = await self._github.set_pull_state(repository, pull.number, "closed", deadline)
        if asked.branch.startswith(OURS):
            await self._repositories.drop(repository.name, asked.branch, deadline)
        outcome = pull_outcome(self._github, repository, closed, context)
        return outcome.model_copy(update={"undo": _reopening(repository, pull)})

    async def look(self, context: CallContext) -> Outcome | None:
        """Return None: closing what is closed changes nothing."""
        del context
        return None

    async def _found(self, repository: Repository, branch: str, deadline: Deadline) -> Pull:
        every = await self._github.pulls_from(repository, branch, deadline)
        ours = [each for each in every if pull_key(each.body) is not None]
        if not ours:
            raise NotFound(
                f"expected a pull request of Quarterdeck's from {branch} of {repository.name}, found none"
            )
        return min(ours, key=lambda each: each.state != "open")


class PullReopen:
    """Serves `github.pull.reopen`."""

    capability = GITHUB_PULL_REOPEN

    def __init__(self, github: GitHub, repositories: Repositories) -> None:
        self._github = github
        self._repositories = repositories

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what would be open again; raises `Conflict` where that was merged, or is none of ours."""
        asked, deadline = given(arguments, Reopening), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        pull = await self._github.pull(repository, asked.number, deadline)
        _reopenable(pull, asked)
        is_open = pull.state == "open"
        back: dict[str, JsonValue] = {"repository": repository.name, "branch": asked.branch}
        change = Change(field=f"pull request {pull.number}", before="closed", after="open")
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"Pull request {pull.number} {'is open already' if is_open else 'would be open again'}.",
            changes=() if is_open else (change,),
            undo=None if is_open else Call(tool=GITHUB_PULL_CLOSE.name, arguments=back),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: GitHub answers with the pull request as it is then."""
        del arguments
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Make the branch again where it stood and open the pull request."""
        asked, deadline = given(arguments, Reopening), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        _reopenable(await self._github.pull(repository, asked.number, deadline), asked)
        if asked.branch.startswith(OURS):
            await self._repositories.restore(repository.name, asked.branch, asked.commit, deadline)
        pull = await self._github.set_pull_state(repository, asked.number, "open", deadline)
        return pull_outcome(self._github, repository, pull, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return None: opening what is open changes nothing."""
        del context
        return None


def _reopenable(pull: Pull, asked: Reopening) -> None:
    if pull.merged() or pull.head.ref != asked.branch or pull_key(pull.body) is None:
        raise Conflict(
            f"expected pull request {asked.number} to be an unmerged one of Quarterdeck's from {asked.branch}, "
            "found another"
        )


def _reopening(repository: Repository, pull: Pull) -> Call:
    where: dict[str, JsonValue] = {
        "repository": repository.name,
        "branch": pull.head.ref,
        "commit": pull.head.sha,
        "number": pull.number,
    }
    return Call(tool=GITHUB_PULL_REOPEN.name, arguments=where)
