"""Git repositories: their commits, taking one back on a branch of its own, and that branch's end.

The `git` program is run as an argument list on bare copies; no repository can make it run anything else.
"""

from tools.connectors.git.binary import Credentials, Git
from tools.connectors.git.branches import BranchDelete, BranchRestore
from tools.connectors.git.cache import Cache
from tools.connectors.git.reading import GitBlame, GitDiff, GitLog
from tools.connectors.git.repositories import GitRepositories
from tools.connectors.git.reverting import GitRevert
from tools.contract import Tool

__all__ = ["Cache", "Credentials", "Git", "GitRepositories", "hands"]


def hands(repositories: GitRepositories) -> tuple[Tool, ...]:
    """Return every hand git has."""
    return (
        GitLog(repositories),
        GitDiff(repositories),
        GitBlame(repositories),
        GitRevert(repositories),
        BranchDelete(repositories),
        BranchRestore(repositories),
    )
