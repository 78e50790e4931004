"""Opening pull requests: a commit taken back, a file changed, or a branch that is there, each with its reason."""

from collections.abc import Iterable

from memory.errors import InvalidInput, NotFound
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.git import Reversion
from tools.capabilities.github import (
    GITHUB_CHANGE,
    GITHUB_PULL_CLOSE,
    GITHUB_PULL_OPEN,
    GITHUB_REVERT,
    LONGEST_TITLE,
    NewPull,
    PullChange,
)
from tools.connectors.github.api import GitHub
from tools.connectors.github.marks import pull_body
from tools.connectors.github.pulls import found_by_key, opened, pull_outcome
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.http import Deadline
from tools.repositories import reverting
from tools.repositories.named import Repository
from tools.repositories.port import Draft, Message, Repositories
from tools.repositories.showing import branch_for, changes, cut, diff_evidence, summary
from tools.wording import named


class Opening:
    """What every hand that opens a pull request does; `hosted` are the repositories that are on GitHub."""

    def __init__(self, github: GitHub, repositories: Repositories, hosted: Iterable[Repository]) -> None:
        self.github = github
        self.repositories = repositories
        self._hosted = tuple(hosted)

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Return none: GitHub answers with the pull request."""
        del arguments
        return ()

    async def look(self, context: CallContext) -> Outcome | None:
        """Return the pull request of the context's key, None if there is none; its branch may be there then.

        Doing it again goes on from the branch and makes no second.
        """
        found = await found_by_key(self.github, self._hosted, context, Deadline(context.deadline_s))
        return None if found is None else pull_outcome(self.github, *found, context)

    async def _opened(
        self, name: str, branch: str, title: str, body: str, context: CallContext, deadline: Deadline
    ) -> Outcome:
        repository = self.repositories.repository(name)
        pull = await opened(self.github, repository, branch, title[:LONGEST_TITLE], body, deadline)
        return pull_outcome(self.github, repository, pull, context)

    def _onto(self, name: str) -> str:
        return self.repositories.repository(name).branch


class GitHubRevert(Opening):
    """Serves `github.revert`."""

    capability = GITHUB_REVERT

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return the diff the pull request would have; raises `Conflict` where the commit does not come out."""
        asked, deadline = given(arguments, Reversion), Deadline(context.deadline_s)
        found = await reverting.settled(self.repositories, asked, context, deadline)
        says = f"{reverting.said(found)}, and a pull request opened"
        call = Call(tool=self.capability.name, arguments=found.arguments())
        return _preview(call, says, found.draft, self._onto(asked.repository), context)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Push the branch and open the pull request, each unless it is there already."""
        asked, deadline = given(arguments, Reversion), Deadline(context.deadline_s)
        pushed = await reverting.pushed(self.repositories, asked, context, deadline)
        about = f"This reverts commit {asked.commit}."
        body = pull_body(asked.reason, about, context.principal, context.key)
        return await self._opened(pushed.repository, pushed.branch, pushed.subject, body, context, deadline)


class GitHubChange(Opening):
    """Serves `github.change`."""

    capability = GITHUB_CHANGE

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return the diff the pull request would have; without changes where the file is so already."""
        asked, deadline = given(arguments, PullChange), Deadline(context.deadline_s)
        repository = self.repositories.repository(asked.repository)
        onto = asked.onto or await self.repositories.tip(repository.name, repository.branch, deadline)
        if onto is None:
            raise NotFound(f"expected {repository.name} to have the branch {repository.branch}, found none")
        onto = await self.repositories.commit(repository.name, onto, deadline)
        branch = asked.branch or branch_for(
            "change", onto[:10], context, [repository.name, asked.path, asked.content, onto]
        )
        draft = await self.repositories.writing(repository.name, asked.path, asked.content, onto, deadline)
        whole = asked.model_copy(update={"onto": onto, "branch": branch}).model_dump(mode="json")
        says = f"{named(asked.path, 'A file')} of {repository.name} would be changed by a pull request"
        return _preview(Call(tool=self.capability.name, arguments=whole), says, draft, repository.branch, context)

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Push the branch and open the pull request, each unless it is there already."""
        asked, deadline = given(arguments, PullChange), Deadline(context.deadline_s)
        if asked.onto is None or asked.branch is None:
            raise InvalidInput("expected a change that its dry run settled, found one that leaves something open")
        draft = await self.repositories.writing(asked.repository, asked.path, asked.content, asked.onto, deadline)
        message = Message(subject=asked.title, reason=asked.reason, principal=context.principal, key=context.key)
        pushed = await self.repositories.push(draft, asked.branch, message, deadline)
        body = pull_body(asked.reason, f"This changes {asked.path}.", context.principal, context.key)
        return await self._opened(pushed.repository, pushed.branch, asked.title, body, context, deadline)


class PullOpen(Opening):
    """Serves `github.pull.open`."""

    capability = GITHUB_PULL_OPEN

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what would be opened; raises `NotFound` where there is no such branch."""
        asked, deadline = given(arguments, NewPull), Deadline(context.deadline_s)
        repository = self.repositories.repository(asked.repository)
        stands = await self.repositories.tip(repository.name, asked.branch, deadline)
        if stands is None:
            raise NotFound(f"expected {repository.name} to have the branch {asked.branch}, found none")
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"A pull request from {asked.branch} of {repository.name} would be opened.",
            changes=(_pull_change(asked.branch, repository.branch),),
            blast_radius=(repository.name,),
            undo=_closing(repository.name, asked.branch),
        )

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Open it, unless it is there already."""
        asked, deadline = given(arguments, NewPull), Deadline(context.deadline_s)
        body = pull_body(asked.reason, "", context.principal, context.key)
        return await self._opened(asked.repository, asked.branch, asked.title, body, context, deadline)


def _preview(call: Call, says: str, draft: Draft, onto: str, context: CallContext) -> Preview:
    moves, branch = changes(draft), str(call.arguments["branch"])
    return Preview(
        call=call,
        summary=f"{says}: {summary(draft)}." if moves else f"{draft.repository} is so already.",
        changes=(*moves, _pull_change(branch, onto)) if moves else (),
        blast_radius=(draft.repository,) if moves else (),
        undo=_closing(draft.repository, branch) if moves else None,
        evidence=(diff_evidence(draft, context),),
        warnings=cut(draft),
    )


def _pull_change(branch: str, onto: str) -> Change:
    return Change(field="pull request", before="none", after=f"open, from {branch} to {onto}")


def _closing(repository: str, branch: str) -> Call:
    where: dict[str, JsonValue] = {"repository": repository, "branch": branch}
    return Call(tool=GITHUB_PULL_CLOSE.name, arguments=where)
