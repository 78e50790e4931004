"""A repository as the settings name it."""

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from memory.model.value import Identifier, Value
from tools.refs import branch_name

_HERE = {"127.0.0.1", "localhost", "::1"}
_HOSTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_.-]+")


class Repository(Value):
    """A repository Quarterdeck knows.

    `branch` is its default branch, which nothing is pushed to unless `direct`; `github` is owner/name there.
    """

    name: Identifier
    url: str = Field(repr=False)
    branch: str = "main"
    github: str = ""
    direct: bool = False

    @field_validator("branch")
    @classmethod
    def _branch(cls, given: str) -> str:
        return branch_name(given)

    @field_validator("github")
    @classmethod
    def _hosted(cls, given: str) -> str:
        if given and (not _HOSTED.fullmatch(given) or given.endswith(("/.", "/.."))):
            raise ValueError("github is owner/name")
        return given

    @field_validator("name")
    @classmethod
    def _one_word(cls, given: str) -> str:
        if "/" in given or ".." in given:
            raise ValueError("a repository's name has no slash and no two dots: a folder is named after it")
        return given

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        parts = urlsplit(self.url)
        safe = parts.scheme in {"https", "ssh", "file"} or (parts.scheme == "http" and parts.hostname in _HERE)
        if not safe or not self.url.isprintable() or " " in self.url:
            raise ValueError("a repository's url begins with https://, ssh:// or file://")
        if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
            raise ValueError("a repository's url has no password in it: that is git_token")
        if parts.scheme == "ssh" and (parts.hostname or "-").startswith("-"):
            raise ValueError("a repository's url names a host")
        return self
