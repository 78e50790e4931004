"""Pull requests of ours: opened once per key, found again, closed and reopened."""

from collections.abc import Iterable

from memory.errors import Conflict
from memory.model.evidence import Evidence
from memory.model.plan import Call
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.capabilities.github import GITHUB_PULL_CLOSE
from tools.connectors.github.answers import Pull
from tools.connectors.github.api import SOURCE, GitHub
from tools.connectors.github.marks import pull_key
from tools.contract import CallContext
from tools.hands import evidence_id
from tools.http import Deadline
from tools.repositories.named import Repository


async def opened(
    github: GitHub, repository: Repository, branch: str, title: str, body: str, deadline: Deadline
) -> Pull:
    """Return the pull request with this body's key, opened unless it is there; raises `Conflict`."""
    before = await _ours(github, repository, branch, body, deadline)
    made = before or await github.open_pull(repository, branch, title, body, deadline)
    found = made or await _ours(github, repository, branch, body, deadline)
    if found is None:
        raise Conflict(
            f"expected to open a pull request from {branch} of {repository.name}, found it refused",
            hint="There is one from this branch already, the branch is missing, or it changes nothing.",
        )
    return found


async def _ours(github: GitHub, repository: Repository, branch: str, body: str, deadline: Deadline) -> Pull | None:
    every = await github.pulls_from(repository, branch, deadline)
    return next((each for each in every if pull_key(each.body) == pull_key(body)), None)


async def found_by_key(
    github: GitHub, repositories: Iterable[Repository], context: CallContext, deadline: Deadline
) -> tuple[Repository, Pull] | None:
    """Return the pull request that was opened under the context's key, None if there is none."""
    for repository in repositories:
        every, _ = await github.pulls(repository, "all", deadline)
        for pull in every:
            if pull_key(pull.body) == context.key:
                return repository, pull
    return None


def pull_outcome(github: GitHub, repository: Repository, pull: Pull, context: CallContext) -> Outcome:
    """Return a pull request of ours as what came of a call, with the call that closes it."""
    said = f"Pull request {pull.number} of {repository.name} is {'merged' if pull.merged() else pull.state}."
    back: dict[str, JsonValue] = {"repository": repository.name, "branch": pull.head.ref}
    return Outcome(
        ok=True,
        summary=said,
        evidence=(pull_evidence(github, repository, pull, said, context),),
        undo=Call(tool=GITHUB_PULL_CLOSE.name, arguments=back),
        data={**back, "number": pull.number, "commit": pull.head.sha, "state": pull.state},
    )


def pull_evidence(
    github: GitHub, repository: Repository, pull: Pull, summary: str, context: CallContext
) -> Evidence:
    """Return a pull request as evidence; its title is text from outside."""
    return Evidence(
        id=evidence_id(context, repository.name, str(pull.number), pull.state),
        source=SOURCE,
        query=f"/repos/{repository.github}/pulls/{pull.number}",
        summary=summary,
        observed_at=context.now,
        value=pull.state,
        link=github.page(repository, f"pull/{pull.number}"),
        text=pull.title[:500],
    )
