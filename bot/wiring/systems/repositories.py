"""The git repositories of the settings, for every system that changes what is under version control."""

from pathlib import Path

from bot.settings import Settings
from tools.connectors.git import Cache, Credentials, Git, GitRepositories


def repositories(settings: Settings) -> GitRepositories:
    """Return them; their copies are kept in `home`, and those who use one take turns."""
    folder = private(settings.home / "git")
    git = Git(
        settings.git_program,
        private(folder / "home"),
        Credentials(user=settings.git_user, token=settings.git_token),
    )
    return GitRepositories(settings.repositories, Cache(git, folder / "copies"))


def private(folder: Path) -> Path:
    """Return a folder, made if need be, that its owner alone can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
