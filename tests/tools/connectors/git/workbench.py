"""A real bare repository on this machine, and somebody who commits to it."""

import os
import subprocess
from pathlib import Path

from pydantic import SecretStr

from tests.servers import require
from tools.connectors.git import Cache, Credentials, Git, GitRepositories
from tools.repositories.named import Repository

_QUIET = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent"}
_WHO = ("-c", "user.name=Mallory", "-c", "user.email=mallory@example.com", "-c", "protocol.file.allow=always")


class Workbench:
    """`origin` is the bare repository, `work` a clone of it where commits are made."""

    def __init__(self, folder: Path, name: str = "shop") -> None:
        require("git")
        self.name = name
        self.folder = folder
        self.origin = folder / "origin" / f"{name}.git"
        self.work = folder / "work" / name
        self.origin.parent.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.origin), where=folder)
        self.git("clone", "--quiet", str(self.origin), str(self.work), where=folder)
        self.git("checkout", "--quiet", "-b", "main")
        self.first = self.commit("the beginning", {"limits.yaml": "cpu: 1\nmemory: 2\ndisk: 3\n"})

    def git(self, *arguments: str, where: Path | None = None, ok: bool = True) -> str:
        """Run git as somebody else would and return what it said."""
        environment = os.environ | _QUIET
        done = subprocess.run(
            ["git", *_WHO, *arguments],
            cwd=where or self.work,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not ok, done.stderr
        return done.stdout.strip()

    def commit(self, subject: str, files: dict[str, str], *, branch: str = "main", push: bool = True) -> str:
        """Write files, commit and push them; return the commit."""
        for path, content in files.items():
            (self.work / path).parent.mkdir(parents=True, exist_ok=True)
            (self.work / path).write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)
        if push:
            self.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")

    def branches(self) -> dict[str, str]:
        """Return where each branch of the bare repository stands."""
        said = self.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads", where=self.origin)
        return dict(line.split(" ") for line in said.splitlines())

    def content(self, branch: str, path: str) -> str:
        """Return a file as a branch of the bare repository has it."""
        return self.git("show", f"{branch}:{path}", where=self.origin) + "\n"

    def repository(self, **more: object) -> Repository:
        """Return it as settings would name it."""
        return Repository.model_validate({"name": self.name, "url": f"file://{self.origin}", **more})

    def known(self, *others: Repository, token: str = "", **more: object) -> GitRepositories:
        """Return the repositories of a house that knows it."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        git = Git(require("git"), home, Credentials(token=SecretStr(token)))
        return GitRepositories([self.repository(**more), *others], Cache(git, self.folder / "cache"))
