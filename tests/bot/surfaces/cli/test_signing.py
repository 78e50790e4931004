"""`approvals key`, `approve --key`, `--break-glass` and `approvals review`, against a server that runs."""

import asyncio
import json
import shutil
import stat
import zipfile
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.audit import verify as independent
from bot.audit.packing import Packing
from bot.identity import Directory
from memory.ids import RandomIds
from memory.model.approval import Assurance
from memory.model.run import RunStatus
from tests.bot.signing_room import ADA, PEOPLE, SigningRoom, signing_room
from tests.bot.surfaces.cli.conftest import Ended
from tests.bot.surfaces.cli.conftest import Terminal as Shell
from tests.fakes.people import TENANT, glass
from tools.approvals import Requirement

KEY = Requirement(environments=("production",), assurance=Assurance.KEY)
WHY = "Everything is down and nobody else answers."
REFUSED = 7


class Terminals:
    """People at terminals, all of them talking to one server."""

    def __init__(self, quarterdeck: Shell, room: SigningRoom) -> None:
        self._cli = quarterdeck
        self._room = room

    async def run(self, who: str, *words: str | Path) -> Ended:
        """Carry out a command as this person, with their API key."""
        self._cli.host.configured |= {"server_url": self._room.url, "api_key": await self._room.key(who)}
        return await asyncio.to_thread(self._cli, *map(str, words), "--json")

    async def enrolled(self, who: str, file: Path) -> str:
        """Make and enrol a key of this person, have Ada agree, and return its id."""
        assert (await self.run(who, "approvals", "key", "new", file)).code == 0
        made = await self.run(who, "approvals", "key", "enrol", file, "--label", "laptop")
        assert made.code == 0, made.out
        confirmed = await self.run("ada", "approvals", "key", "confirm", made.json["id"])
        assert confirmed.json["confirmed_by"] == "ada"
        return str(made.json["id"])


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[SigningRoom]:
    with capture_logs():  # the server runs in this process, and commands print JSON
        async with signing_room(tmp_path, KEY) as room:
            yield room


@pytest.fixture
async def loose(tmp_path: Path) -> AsyncIterator[SigningRoom]:
    with capture_logs():  # the server runs in this process, and commands print JSON
        async with signing_room(tmp_path, more=glass()) as room:
            yield room


async def test_a_plan_is_approved_with_ones_own_key(
    quarterdeck: Shell, strict: SigningRoom, tmp_path: Path
) -> None:
    terminal, file = Terminals(quarterdeck, strict), tmp_path / "bob.key"
    run = await strict.propose()
    clicked = await terminal.run("bob", "approve", run.id, "--yes")
    assert (clicked.code, clicked.json["error"]["code"]) == (REFUSED, "approval.assurance")
    assert "--key FILE" in clicked.json["error"]["hint"]
    await terminal.enrolled("bob", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    approved = await terminal.run("bob", "approve", run.id, "--key", file, "--yes")
    assert approved.code == 0, approved.out
    (approval,) = approved.json["run"]["approvals"]
    assert (approval["assurance"], approval["approver"]) == ("key", "bob")
    assert (await strict.store.runs.get(TENANT, run.id)).status is RunStatus.SUCCEEDED


async def test_a_key_counts_only_with_a_second_person_and_no_more_once_it_is_ended(
    quarterdeck: Shell, strict: SigningRoom, tmp_path: Path
) -> None:
    terminal, file = Terminals(quarterdeck, strict), tmp_path / "bob.key"
    run = await strict.propose()
    await terminal.run("bob", "approvals", "key", "new", file)
    made = (await terminal.run("bob", "approvals", "key", "enrol", file)).json["id"]
    early = await terminal.run("bob", "approve", run.id, "--key", file, "--yes")
    assert (early.code, early.json["error"]["code"]) == (REFUSED, "approval.credential")
    alone = await terminal.run("bob", "approvals", "key", "confirm", made)
    assert alone.json["error"]["code"] == "policy.denied"
    await terminal.run("ada", "approvals", "key", "confirm", made)
    ended = await terminal.run("bob", "approvals", "key", "revoke", made)
    assert ended.json["suspended_by"] == "bob"
    late = await terminal.run("bob", "approve", run.id, "--key", file, "--yes")
    assert (late.code, late.json["error"]["code"]) == (REFUSED, "approval.credential")
    gone = await terminal.run("ada", "approvals", "key", "confirm", made)
    assert gone.json["revoked_by"] == "ada"
    (listed,) = (await terminal.run("bob", "approvals", "key", "list")).json["items"]
    assert listed["revoked_at"] is not None


async def test_an_administrators_own_key_takes_another_administrator(
    quarterdeck: Shell, strict: SigningRoom, tmp_path: Path
) -> None:
    terminal, file = Terminals(quarterdeck, strict), tmp_path / "ada.key"
    await terminal.run("ada", "approvals", "key", "new", file)
    made = (await terminal.run("ada", "approvals", "key", "enrol", file)).json["id"]
    refused = await terminal.run("ada", "approvals", "key", "confirm", made)
    assert (refused.code, refused.json["error"]["code"]) == (REFUSED, "policy.denied")


async def test_a_key_that_somebody_enrolled_is_nobody_elses(
    quarterdeck: Shell, strict: SigningRoom, tmp_path: Path
) -> None:
    terminal, file = Terminals(quarterdeck, strict), tmp_path / "bob.key"
    await terminal.enrolled("bob", file)
    shared = await terminal.run("cara", "approvals", "key", "enrol", file)
    assert shared.json["error"]["code"] == "resource.conflict"


async def test_a_key_that_others_can_read_is_not_used(
    quarterdeck: Shell, strict: SigningRoom, tmp_path: Path
) -> None:
    terminal, file = Terminals(quarterdeck, strict), tmp_path / "bob.key"
    run = await strict.propose()
    await terminal.enrolled("bob", file)
    file.chmod(0o644)
    refused = await terminal.run("bob", "approve", run.id, "--key", file, "--yes")
    assert f"chmod 600 {file}" in refused.json["error"]["hint"]


async def test_break_glass_is_loud_and_somebody_else_closes_its_review(
    quarterdeck: Shell, loose: SigningRoom
) -> None:
    terminal = Terminals(quarterdeck, loose)
    run = await loose.propose()
    short = await terminal.run("alice", "approve", run.id, "--break-glass", "now", "--yes")
    assert (short.code, short.json["error"]["code"]) == (REFUSED, "approval.break_glass")
    alone = await terminal.run("alice", "approve", run.id, "--break-glass", WHY, "--yes")
    assert alone.code == 0, alone.out
    assert alone.json["card"]["break_glass"].startswith("BREAK-GLASS by Alice until ")
    (review,) = (await terminal.run("bob", "approvals", "review", "list")).json["items"]
    assert (review["run"], review["reason"], review["missing"]) == (run.id, WHY, 1)
    close = ("approvals", "review", "close", review["id"], "--remark", "It was right.")
    own = await terminal.run("alice", *close)
    assert (own.code, own.json["error"]["code"]) == (REFUSED, "approval.break_glass")
    closed = await terminal.run("bob", *close)
    assert (closed.json["closed_by"], closed.json["justified"]) == ("bob", True)
    assert (await terminal.run("bob", *close)).json["error"]["code"] == "resource.conflict"
    assert not (await terminal.run("bob", "approvals", "review", "list")).json["items"]
    kinds = [each.kind.value for each in await loose.entries()]
    assert kinds.count("break_glass") == kinds.count("review") == 1
    assert kinds.count("denial") == 2


async def test_break_glass_is_refused_to_whom_policy_does_not_let(quarterdeck: Shell, loose: SigningRoom) -> None:
    run = await loose.propose()
    refused = await Terminals(quarterdeck, loose).run("bob", "approve", run.id, "--break-glass", WHY, "--yes")
    assert (refused.code, refused.json["error"]["code"]) == (REFUSED, "approval.break_glass")
    assert (await loose.entries())[-1].body["code"] == "approval.break_glass"


async def test_an_evidence_pack_is_enough_to_verify_the_approvals_in_it(
    quarterdeck: Shell, strict: SigningRoom, tmp_path: Path
) -> None:
    terminal, file, pack = Terminals(quarterdeck, strict), tmp_path / "bob.key", tmp_path / "evidence.zip"
    run = await strict.propose()
    await terminal.enrolled("bob", file)
    await terminal.run("bob", "approve", run.id, "--key", file, "--yes")
    await packed(strict, run.id, pack)
    assert "signed by quarterdeck.test/acme" in independent.verify(independent.read(pack), None, [])
    found = await terminal.run("bob", "approvals", "verify", pack)
    assert [(each["assurance"], each["problem"]) for each in found.json["items"]] == [("key", "")]
    assert found.code == 0
    tampered(pack, b'"verdict":"approve"', b'"verdict":"deny","x":1')
    refused = await terminal.run("bob", "approvals", "verify", pack)
    assert refused.code == 1
    assert refused.json["items"][0]["problem"]


async def test_a_click_in_an_evidence_pack_is_verified_with_the_event_that_was_kept(
    quarterdeck: Shell, loose: SigningRoom, tmp_path: Path
) -> None:
    terminal, pack = Terminals(quarterdeck, loose), tmp_path / "evidence.zip"
    run = await loose.propose()
    await terminal.run("bob", "approve", run.id, "--yes")
    await packed(loose, run.id, pack)
    found = await terminal.run("bob", "approvals", "verify", pack)
    assert [(each["assurance"], each["problem"]) for each in found.json["items"]] == [("chat", "")]
    tampered(pack, b'"surface":"rest"', b'"surface":"slack"')
    assert (await terminal.run("bob", "approvals", "verify", pack)).code == 1


async def packed(room: SigningRoom, run: str, file: Path) -> None:
    """Put the evidence of a run into a file."""

    async def unpublished(_tenant: str) -> None:
        return None

    packing = Packing(room.store, Directory(PEOPLE), unpublished, room.clock, RandomIds())
    async with packing.pack(ADA, run) as parcel:
        await asyncio.to_thread(shutil.copy, parcel.path, file)


def tampered(pack: Path, before: bytes, after: bytes) -> None:
    """Change what the blobs of a pack say, in base64 too."""
    with zipfile.ZipFile(pack) as files:
        content = {name: files.read(name) for name in files.namelist()}
    with zipfile.ZipFile(pack, "w") as files:
        for name, data in content.items():
            changed = data
            if name.startswith("blobs/") and b"payload" in data:
                form = json.loads(data)
                payload = b64decode(form["payload"]).replace(before, after)
                changed = json.dumps({**form, "payload": b64encode(payload).decode()}).encode()
            files.writestr(name, changed.replace(before, after) if name.startswith("blobs/") else changed)
