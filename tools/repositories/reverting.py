"""What hands that revert a commit share: settling which commit, on what and where, and pushing exactly that."""

from memory.errors import InvalidInput, NotFound
from memory.model.value import JsonValue, Value
from tools.capabilities.git import Reversion
from tools.contract import CallContext
from tools.http import Deadline
from tools.repositories.port import Draft, Message, Pushed, Repositories
from tools.repositories.showing import branch_for
from tools.wording import named

_SHOWN = 10


class Settled(Value):
    """A reversion with nothing left open, and what it would change."""

    asked: Reversion
    draft: Draft
    subject: str  # of the commit that is reverted; untrusted

    def arguments(self) -> dict[str, JsonValue]:
        """Return the arguments that give this change and no other."""
        return self.asked.model_dump(mode="json")


async def settled(
    repositories: Repositories, asked: Reversion, context: CallContext, deadline: Deadline
) -> Settled:
    """Return the reversion with its commits and its branch; raises `NotFound`, `Conflict` or `InvalidInput`."""
    repository = repositories.repository(asked.repository)
    onto = await _onto(repositories, asked, deadline)
    commit = await repositories.commit(repository.name, asked.commit or onto, deadline)
    draft = await repositories.reverting(repository.name, commit, onto, deadline)
    subject = await repositories.subject(repository.name, commit, deadline)
    whole = asked.model_copy(
        update={
            "commit": commit,
            "onto": onto,
            "branch": asked.branch
            or branch_for("revert", commit[:_SHOWN], context, [repository.name, commit, onto]),
        }
    )
    return Settled(asked=whole, draft=draft, subject=subject)


async def pushed(repositories: Repositories, asked: Reversion, context: CallContext, deadline: Deadline) -> Pushed:
    """Push the reversion that its dry run settled, once per key; raises `InvalidInput` for one that is open."""
    if asked.commit is None or asked.onto is None or asked.branch is None:
        raise InvalidInput("expected a reversion that its dry run settled, found one that leaves something open")
    draft = await repositories.reverting(asked.repository, asked.commit, asked.onto, deadline)
    subject = await repositories.subject(asked.repository, asked.commit, deadline)
    return await repositories.push(draft, asked.branch, message(asked, subject, context), deadline)


def message(asked: Reversion, subject: str, context: CallContext) -> Message:
    """Return what the commit says, in the form of git-revert(1)."""
    return Message(
        subject=title(subject),
        reason=f"{asked.reason}\n\nThis reverts commit {asked.commit}.".strip(),
        principal=context.principal,
        key=context.key,
    )


def title(subject: str) -> str:
    """Return the title of the reversion of a commit of that subject. Untrusted text."""
    return f'Revert "{subject[:150]}"'


def said(settled_: Settled) -> str:
    """Return which commit is reverted where, in our words."""
    asked = settled_.asked
    branch = named(asked.branch or "", "a branch")
    return f"{(asked.commit or '')[:_SHOWN]} of {asked.repository} would be reverted on {branch}"


async def _onto(repositories: Repositories, asked: Reversion, deadline: Deadline) -> str:
    repository = repositories.repository(asked.repository)
    if asked.onto is not None:
        return await repositories.commit(repository.name, asked.onto, deadline)
    tip = await repositories.tip(repository.name, repository.branch, deadline)
    if tip is None:
        raise NotFound(f"expected {repository.name} to have the branch {repository.branch}, found none")
    return tip
