"""The published log from the command line: verified, proven, checked offline, followed; in files and at a URL."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest

from bot.surfaces.cli.published.web import UrlSource
from memory.errors import ConnectorRejected, ConnectorUnreachable, LogMalformed, NotFound, ResponseTooLarge
from memory.log.merkle import leaf_hash
from tests.bot.surfaces.cli.conftest import FakeHost, Terminal
from tests.memory.ledger.builder import LOG, NEXT, Built, Grower, build, entries, signed
from tests.memory.log.signers import FIRST, SECOND
from tests.servers import free_port

SIZE = 300
KEY = str(LOG.key)


@pytest.fixture
def log(tmp_path: Path) -> Built:
    return build(tmp_path / "published log", entries(SIZE))


@pytest.fixture
def where(log: Built) -> str:
    return str(log.folder)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, one of them too long and one not at all, and says nothing."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("/tile/0/005"):
            self.send_error(500)
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  -- its name in the base class
        pass


@pytest.fixture
def url(log: Built) -> Iterator[str]:
    """The log behind a URL."""
    (log.folder / "tile" / "0" / "007").write_bytes(bytes(9_000))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(log.folder.parent))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{quote(log.folder.name)}"
        server.shutdown()
        thread.join()


def test_a_log_is_verified_against_its_key_and_its_witnesses(quarterdeck: Terminal, where: str) -> None:
    witnesses = ("--witness", str(FIRST.key), "--witness", str(SECOND.key))
    ended = quarterdeck("log", "verify", where, "--key", KEY, *witnesses)
    assert ended.code == 0, ended.err
    assert "300 entries of quarterdeck/acme verified" in ended.out
    assert "whose log" not in ended.err
    told = quarterdeck("log", "verify", where, "--key", KEY, "--json").json
    assert (told["ok"], told["anchored"], told["size"]) == (True, True, SIZE)
    assert set(told["witnessed_at"]) == {FIRST.key.name, SECOND.key.name}


def test_without_a_key_it_says_what_that_does_not_show(quarterdeck: Terminal, where: str) -> None:
    ended = quarterdeck("log", "verify", where)
    assert ended.code == 0
    assert "not whose log it is" in " ".join(ended.err.split())
    assert quarterdeck("log", "verify", where, "--json").json["anchored"] is False


def test_a_tampered_log_ends_with_one_and_names_the_place(quarterdeck: Terminal, log: Built) -> None:
    file = log.folder / "tile/entries/000"
    file.write_bytes(file.read_bytes().replace(b"person_7", b"person_8", 1))
    ended = quarterdeck("log", "verify", str(log.folder), "--key", KEY)
    assert ended.code == 1
    assert "tile/entries/000, entry 0" in ended.out
    assert "Do not believe this log: 1 findings." in ended.out
    told = quarterdeck("log", "verify", str(log.folder), "--json")
    assert told.code == 1
    assert [(each["path"], each["entry"]) for each in told.json["findings"]] == [("tile/entries/000", 0)]


@pytest.mark.parametrize(
    "options",
    [
        ("--key", str(NEXT.key)),
        ("--witness", str(NEXT.key).replace("+", "-")),
        ("--witness", str(FIRST.key), "--quorum", "2"),
    ],
)
def test_other_keys_than_the_logs_do_not_verify_it(
    quarterdeck: Terminal, where: str, options: tuple[str, ...]
) -> None:
    assert quarterdeck("log", "verify", where, *options).code != 0


def test_a_checkpoint_that_was_kept_is_held_against_the_log(
    quarterdeck: Terminal, where: str, tmp_path: Path
) -> None:
    kept, fork = tmp_path / "kept", build(tmp_path / "fork", entries(300)[::-1])
    kept.write_bytes(build(tmp_path / "before", entries(200)).note.encode())
    assert quarterdeck("log", "verify", where, "--checkpoint", str(kept)).code == 0
    kept.write_bytes(fork.note.encode())
    ended = quarterdeck("log", "verify", where, "--checkpoint", str(kept))
    assert (ended.code, "held checkpoint 0" in ended.out) == (1, True)


def test_the_log_of_this_installation_is_meant_where_none_is_named(quarterdeck: Terminal, host: FakeHost) -> None:
    ended = quarterdeck("log", "verify")
    assert (ended.code, "expected a published log at" in ended.err) == (4, True)
    host.configured["tenant"] = "acme"
    build(Path(host.configured["home"]) / "log" / "acme", entries(3))
    assert "3 entries of quarterdeck/acme" in quarterdeck("log", "verify").out


def test_a_proof_is_written_and_checks_offline(
    quarterdeck: Terminal, log: Built, where: str, tmp_path: Path
) -> None:
    file = tmp_path / "77.tlog-proof"
    leaf = leaf_hash(log.entries[77]).hex()
    assert quarterdeck("log", "prove", leaf[:10], where, "-o", str(file)).code == 0
    assert quarterdeck("log", "prove", "77", where).out.encode() == file.read_bytes()
    told = quarterdeck("log", "prove", "77", where, "--json").json
    assert (told["index"], told["leaf"], told["proof"].encode()) == (77, leaf, file.read_bytes())
    for path in log.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    ended = quarterdeck("log", "check", str(file), "--key", KEY, "--witness", str(FIRST.key))
    assert (ended.code, "entry 77 is among the 300" in ended.out) == (0, True)
    shown = quarterdeck("log", "check", str(file), "--key", KEY, "--json").json["entry"]
    assert shown["v"] == json.loads(log.entries[77])["v"]


def test_a_proof_checks_for_its_own_entry_and_key_alone(
    quarterdeck: Terminal, log: Built, where: str, tmp_path: Path
) -> None:
    file, entry = tmp_path / "proof", tmp_path / "entry"
    quarterdeck("log", "prove", "77", where, "-o", str(file))
    entry.write_bytes(log.entries[77])
    assert quarterdeck("log", "check", str(file), "--key", KEY, "--entry", str(entry)).code == 0
    entry.write_bytes(log.entries[78])
    for options in (
        ("--key", KEY, "--entry", str(entry)),
        ("--key", str(NEXT.key)),
        ("--key", KEY, "--witness", str(FIRST.key), "--quorum", "2"),
        (),
    ):
        ended = quarterdeck("log", "check", str(file), *options)
        assert (ended.code != 0, ended.out) == (True, "")
    assert quarterdeck("log", "check", str(tmp_path / "none"), "--key", KEY).code == 2


def test_growth_is_proven(quarterdeck: Terminal, where: str) -> None:
    ended = quarterdeck("log", "consistency", "100", "300", where)
    assert "the first 300 entries begin with the first 100" in ended.out
    told = quarterdeck("log", "consistency", "100", "300", where, "--json").json
    assert (told["old"]["size"], told["new"]["size"], len(told["proof"]) > 1) == (100, 300, True)
    assert quarterdeck("log", "consistency", "300", "301", where).code == 2


def test_an_entry_is_shown_with_its_place(quarterdeck: Terminal, where: str) -> None:
    assert "tile/entries/001, at 2" in quarterdeck("log", "show", "258", where).out
    told = quarterdeck("log", "show", "258", where, "--json").json
    assert (told["index"], told["bundle"], told["offset"]) == (258, "tile/entries/001", 2)
    assert quarterdeck("log", "show", told["leaf"], where, "--json").json == told
    assert quarterdeck("log", "show", "300", where).code == 4


def test_the_end_of_the_log_is_shown(quarterdeck: Terminal, where: str) -> None:
    assert [line.split()[0] for line in quarterdeck("log", "tail", where, "-n", "3").out.splitlines()] == [
        "297",
        "298",
        "299",
    ]
    lines = quarterdeck("log", "tail", where, "-n", "60", "--json").out.splitlines()
    assert [json.loads(line)["index"] for line in lines] == list(range(240, 300))


def test_the_checkpoint_is_shown_with_who_signed_it(quarterdeck: Terminal, log: Built, where: str) -> None:
    told = quarterdeck("log", "checkpoint", where, "--json").json
    assert [each["standing"] for each in told["signatures"]] == ["signed", "cosigned", "cosigned"]
    ended = quarterdeck("log", "checkpoint", where)
    assert told["root"] in ended.out
    assert "12:00 UTC" in ended.out
    (log.folder / "keys").unlink()
    assert "by a key that is not listed" in quarterdeck("log", "checkpoint", where).out


def test_what_was_recorded_is_still_listed(quarterdeck: Terminal) -> None:
    quarterdeck("ask", "how are things")
    assert quarterdeck("log", "list").out == quarterdeck("log").out
    assert "message" in quarterdeck("log", "--kind", "message").out


def test_a_log_behind_a_url_is_verified_and_proven(quarterdeck: Terminal, url: str) -> None:
    assert quarterdeck("log", "verify", url, "--key", KEY).code == 0
    assert "index 77" in quarterdeck("log", "prove", "77", url).out
    assert quarterdeck("log", "tail", url, "-n", "1", "--json").json["index"] == 299


def test_a_server_is_not_believed(url: str) -> None:
    source = UrlSource(url)
    assert str(source) == url
    with pytest.raises(NotFound):
        source.read("tile/0/009")
    with pytest.raises(ResponseTooLarge, match="at most 8192 bytes"):
        source.read("tile/0/007")
    with pytest.raises(ConnectorRejected, match="HTTP 500"):
        source.read("tile/0/005")
    with pytest.raises(LogMalformed):
        source.read("../secret")
    with pytest.raises(ConnectorUnreachable):
        UrlSource(f"http://127.0.0.1:{free_port()}").read("checkpoint")


async def test_what_is_published_from_now_on_is_followed(tmp_path: Path) -> None:
    grower, listed = Grower(tmp_path), entries(5)
    await grower.publish(0, signed(grower.append(listed[:2])))
    command = [sys.executable, "-m", "bot", "log", "tail", str(tmp_path), "-n", "1", "--follow", "--json"]
    home = os.environ | {"QUARTERDECK_HOME": str(tmp_path / "home")}
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env=home)
    try:
        assert process.stdout is not None
        assert json.loads(await asyncio.wait_for(process.stdout.readline(), 60))["index"] == 1
        await grower.publish(2, signed(grower.append(listed[2:])))
        followed = [json.loads(await asyncio.wait_for(process.stdout.readline(), 60))["index"] for _ in range(3)]
        assert followed == [2, 3, 4]
    finally:
        process.send_signal(signal.SIGINT)
        await process.wait()
    assert process.returncode == 130
