"""Looking into repositories: the newest commits, what one changed, and who last changed some lines."""

from pathlib import Path

from memory.errors import InvalidInput, NotFound
from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.value import JsonValue
from tools.capabilities.git import (
    GIT_BLAME,
    GIT_DIFF,
    GIT_LOG,
    MOST_LINES,
    CommitFilter,
    Lines,
    OneCommit,
)
from tools.connectors.git.diffs import files_of, unified
from tools.connectors.git.repositories import GitRepositories
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.repositories.named import Repository
from tools.repositories.showing import LONGEST_DIFF, SOURCE
from tools.wording import capital, many, named

_SHOWN = 10
_LONGEST_SUBJECT = 200


class GitLog:
    """Serves `git.log`."""

    capability = GIT_LOG

    def __init__(self, repositories: GitRepositories) -> None:
        self._repositories = repositories

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the newest commits, the newest first; `value` is how many. Raises `NotFound`."""
        asked, deadline = given(arguments, CommitFilter), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        branch = asked.branch or repository.branch
        async with self._repositories.cache.current(repository, deadline) as copy:
            tip = await _tip(self._repositories, copy, repository, branch, deadline)
            form = "--format=%H%x1f%cI%x1f%an%x1f%s"
            below = ("--", asked.path) if asked.path else ("--",)
            log = ("log", "-z", form, f"--max-count={asked.limit}", "--end-of-options", tip, *below)
            said = (await self._repositories.cache.git.run(copy, *log, deadline=deadline)).text()
        rows = [_row(line) for line in said.split("\0") if line]
        about = f" that touched {named(asked.path, 'that path')}" if asked.path else ""
        summary = capital(f"{many(len(rows), 'commit')} of {repository.name}, {branch}{about}.")
        text = "\n".join(f"{row['commit'][:_SHOWN]} {row['at']} {row['by']}: {row['subject']}" for row in rows)
        query = f"log {repository.name} {branch} {asked.path or ''}".strip()
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence(context, query, summary, len(rows), text),),
            value=len(rows),
            data={"commits": [dict[str, JsonValue](row) for row in rows]},
        )


class GitDiff:
    """Serves `git.diff`."""

    capability = GIT_DIFF

    def __init__(self, repositories: GitRepositories) -> None:
        self._repositories = repositories

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what a commit changed against its first parent; `value` is how many files. Raises `NotFound`."""
        asked, deadline = given(arguments, OneCommit), Deadline(context.deadline_s)
        repository = self._repositories.repository(asked.repository)
        cache = self._repositories.cache
        async with cache.current(repository, deadline) as copy:
            tip = await _tip(self._repositories, copy, repository, repository.branch, deadline)
            commit = await cache.commit(copy, asked.commit or tip, deadline)
            parents = (await cache.git.run(copy, "rev-parse", f"{commit}^@", deadline=deadline)).text().split()
            empty = (await cache.git.run(copy, "mktree", deadline=deadline)).text().strip()
            before, after = f"{parents[0]}^{{tree}}" if parents else empty, f"{commit}^{{tree}}"
            files = await files_of(cache.git, copy, before, after, deadline)
            diff = await unified(cache.git, copy, before, after, deadline)
        summary = f"{commit[:_SHOWN]} of {repository.name} changed {many(len(files), 'file')}."
        hidden = len(diff) - LONGEST_DIFF
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence(context, f"diff {repository.name} {commit}", summary, len(files), diff),),
            value=len(files),
            missing=(f"{SOURCE}: {hidden} characters of the diff are not shown",) if hidden > 0 else (),
            data={"commit": commit, "files": [each.model_dump(mode="json") for each in files]},
        )


class GitBlame:
    """Serves `git.blame`."""

    capability = GIT_BLAME

    def __init__(self, repositories: GitRepositories) -> None:
        self._repositories = repositories

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the commit that last changed each line; `value` is how many commits. Raises `NotFound`."""
        asked, deadline = given(arguments, Lines), Deadline(context.deadline_s)
        if not asked.first <= asked.last < asked.first + MOST_LINES:
            raise InvalidInput(f"expected 1 to {MOST_LINES} lines, found {asked.first} to {asked.last}")
        repository = self._repositories.repository(asked.repository)
        branch = asked.branch or repository.branch
        async with self._repositories.cache.current(repository, deadline) as copy:
            tip = await _tip(self._repositories, copy, repository, branch, deadline)
            blame = ("blame", "-l", "--date=short", f"-L{asked.first},{asked.last}", tip, "--", asked.path)
            missing = frozenset({0, 128})
            said = await self._repositories.cache.git.run(copy, *blame, deadline=deadline, expected=missing)
        if said.status:
            raise NotFound(
                f"expected {asked.path} in {repository.name} to have line {asked.first}, found it has not"
            )
        commits = {line.lstrip("^").split(" ", 1)[0] for line in said.text().splitlines()}
        summary = f"{capital(many(len(commits), 'commit'))} last changed these lines of {repository.name}."
        query = f"blame {repository.name} {asked.path} {asked.first},{asked.last}"
        return Outcome(
            ok=True,
            summary=summary,
            evidence=(_evidence(context, query, summary, len(commits), said.text()),),
            value=len(commits),
            data={"commits": sorted(commits)},
        )


async def _tip(
    repositories: GitRepositories, copy: Path, repository: Repository, branch: str, deadline: Deadline
) -> str:
    tip = await repositories.cache.tip(copy, branch, deadline)
    if tip is None:
        raise NotFound(f"expected {repository.name} to have the branch {branch}, found none of that name")
    return tip


def _row(line: str) -> dict[str, str]:
    commit, at, by, subject = line.split("\x1f", maxsplit=3)
    return {"commit": commit.strip(), "at": at, "by": by[:100], "subject": subject[:_LONGEST_SUBJECT]}


def _evidence(context: CallContext, query: str, summary: str, value: int, text: str) -> Evidence:
    return Evidence(
        id=evidence_id(context, query),
        source=SOURCE,
        query=query,
        summary=summary,
        observed_at=context.now,
        value=value,
        text=text[:LONGEST_DIFF],
    )
