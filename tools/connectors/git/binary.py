"""The `git` program, run so that no repository can make it run anything else.

No configuration but ours is read; no hook, filter, pager, editor, credential helper or signing program is ever
started; no submodule is followed; only the protocols of our own addresses are spoken; and there is never a
working tree to check out to. Credentials are in the environment of the one process that needs them, never among
its arguments.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from memory.errors import ConnectorError, ConnectorRejected, ConnectorUnreachable
from tools.http import Deadline
from tools.programs import MOST_BYTES, Finished, run, scrubbed

SOURCE = "git"
_OFF = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "core.askPass": "",
    "core.pager": "cat",
    "core.editor": "false",
    "core.alternateRefsCommand": "false",
    "core.gitProxy": "",
    "credential.helper": "",
    "commit.gpgSign": "false",
    "push.gpgSign": "false",
    "push.followTags": "false",
    "push.recurseSubmodules": "no",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.fsckObjects": "true",
    "http.followRedirects": "false",
    "log.showSignature": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "protocol.http.allow": "always",  # named.py lets it through for this machine alone
    "protocol.ssh.allow": "always",
    "protocol.file.allow": "always",
}
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oPermitLocalCommand=no",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True)
class Credentials:
    """Who Quarterdeck is at the repositories that are reached over HTTP."""

    user: str = "x-access-token"
    token: SecretStr = field(default_factory=lambda: SecretStr(""))

    def configuration(self, url: str) -> dict[str, str]:
        """Return the configuration that identifies us at this address and at no other."""
        secret, parts = self.token.get_secret_value(), urlsplit(url)
        if not secret or parts.scheme not in {"https", "http"}:
            return {}
        basic = base64.b64encode(f"{self.user}:{secret}".encode()).decode()
        return {f"http.{parts.scheme}://{parts.netloc}/.extraHeader": f"Authorization: Basic {basic}"}


class Git:
    """Runs git. `program` is its path or name; `home` is an empty folder in place of the home directory."""

    def __init__(self, program: str, home: Path, credentials: Credentials) -> None:
        self._program = program
        self._home = home
        self._credentials = credentials

    async def run(
        self,
        where: Path,
        *arguments: str,
        deadline: Deadline,
        given: bytes = b"",
        url: str = "",
        environment: Mapping[str, str] | None = None,
        expected: frozenset[int] = frozenset({0}),
        most_bytes: int = MOST_BYTES,
    ) -> Finished:
        """Run one git command on the bare repository `where`; `url` is what it connects to, if to anything.

        For a status other than those expected it raises `ConnectorUnreachable` where it was to connect, for then
        nobody knows what came of it, and `ConnectorRejected` where it was not.
        """
        finished = await run(
            [self._program, f"--git-dir={where}", *_configured(_OFF), *arguments],
            folder=where,
            environment=_ENVIRONMENT | self._given(url) | {"HOME": str(self._home)} | dict(environment or {}),
            within_s=deadline.remaining(),
            given=given,
            most_bytes=most_bytes,
        )
        if finished.status not in expected:
            raise self.refusal(arguments[0], finished, ConnectorUnreachable if url else ConnectorRejected)
        return finished

    def _given(self, url: str) -> dict[str, str]:
        """Return the credentials as environment, where git reads configuration that nobody else can see."""
        found: dict[str, str] = {}
        for number, (name, value) in enumerate(self._credentials.configuration(url).items()):
            found |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return found | {"GIT_CONFIG_COUNT": str(len(found) // 2)}

    def refusal(self, command: str, finished: Finished, kind: type[ConnectorError]) -> ConnectorError:
        """Return what a command that failed is to a person; what git said is its body, without our secrets."""
        return kind(
            f"git {command} ended with status {finished.status}",
            hint="Check the repository's url, and the rights of git_token there.",
            body=scrubbed(finished.complaint, [self._credentials.token.get_secret_value()])[:2000],
        )


def _configured(values: Mapping[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in ("-c", f"{name}={value}")]
