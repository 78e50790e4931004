"""`quarterdeck witness`: keys and states are made once and kept, and nothing is served on a wrong word."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from typer.testing import CliRunner, Result

from bot.surfaces.cli.app import build
from bot.witness.commands import witness
from bot.witness.keys import load_key
from bot.witness.running import address
from memory.errors import InvalidInput, InvalidSettings
from memory.log.keys import Algorithm, VerifierKey
from memory.witnessing import WitnessState
from tests.memory.log.signers import FIRST, LOG, private
from tests.servers import free_port

NAME = "witness.example/first"
PLAIN = (Encoding.PEM, PrivateFormat.PKCS8)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(witness, [str(word) for word in words])


def failure(*words: str | Path) -> tuple[int, str, str]:
    """Return the exit code of a command that fails, the error's code, and all that it says."""
    ended = run(*words, "--json")
    error = json.loads(ended.stdout)["error"]
    return ended.exit_code, error["code"], f"{error['message']} {error['hint']}"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "witness.pem"
    assert run("key", "new", path, "--name", NAME).exit_code == 0
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    path = tmp_path / "witness.db"
    assert run("state", "new", path).exit_code == 0
    return path


def test_a_new_key_is_its_owners_alone_and_prints_what_the_world_may_know(tmp_path: Path) -> None:
    path = tmp_path / "witness.pem"
    made = run("key", "new", path, "--name", NAME)
    verifier = VerifierKey.parse(made.stdout.strip())
    assert (verifier.name, verifier.algorithm) == (NAME, Algorithm.COSIGNATURE_V1)
    assert verifier.public == load_key(path).public_key().public_bytes_raw()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in made.output
    assert run("key", "show", path, "--name", NAME).stdout == made.stdout
    assert json.loads(run("key", "show", path, "--name", NAME, "--json").stdout) == {"key": str(verifier)}


def test_a_verifier_key_is_one_line_however_long_it_is(key: Path) -> None:
    name = "witness.example/" + "first" * 40
    assert VerifierKey.parse(run("key", "show", key, "--name", name).stdout.removesuffix("\n")).name == name


def test_a_key_is_never_overwritten(key: Path) -> None:
    before = key.read_bytes()
    code, error, said = failure("key", "new", key, "--name", NAME)
    assert (code, error) == (5, "resource.conflict")
    assert "found a file" in said
    assert key.read_bytes() == before


def test_a_name_that_a_key_cannot_have_makes_no_file(tmp_path: Path) -> None:
    code, error, _ = failure("key", "new", tmp_path / "witness.pem", "--name", "two words")
    assert (code, error) == (2, "input.invalid")
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    code, error, said = failure("key", "new", tmp_path / "nowhere" / "witness.pem", "--name", NAME)
    assert (code, error) == (3, "settings.invalid")
    assert "No such file or directory" in said


def test_a_key_that_others_can_read_is_not_used(key: Path) -> None:
    key.chmod(0o640)
    code, error, said = failure("key", "show", key, "--name", NAME)
    assert (code, error) == (3, "settings.invalid")
    assert f"chmod 600 {key}" in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        private(2).public_key().public_bytes_raw(),
        private(2).private_bytes(*PLAIN, BestAvailableEncryption(b"password")),
        generate_private_key(SECP256R1()).private_bytes(*PLAIN, NoEncryption()),
    ],
    ids=["empty", "damaged", "bytes", "with a password", "another kind"],
)
def test_what_is_no_key_is_refused_and_not_shown(key: Path, content: bytes) -> None:
    key.write_bytes(content)
    with pytest.raises(InvalidSettings, match="expected an Ed25519 key as PKCS#8 PEM") as raised:
        load_key(key)
    assert raised.value.__cause__ is None


def test_a_state_is_begun_once(state: Path) -> None:
    assert WitnessState(state).last() == {}
    code, error, _ = failure("state", "new", state)
    assert (code, error) == (5, "resource.conflict")


@pytest.mark.parametrize(
    ("changed", "code", "error", "said"),
    [
        ({"--log": "quarterdeck.example/log"}, 2, "input.invalid", "expected a key NAME+ID+BASE64"),
        ({"--log": str(FIRST.key)}, 2, "input.invalid", "expected a key of type 01"),
        ({"--name": "two words"}, 2, "input.invalid", "expected a key name"),
        ({"--listen": "8080"}, 2, "input.invalid", "expected an address as HOST:PORT"),
        ({"--listen": "203.0.113.1:0"}, 3, "settings.invalid", "Give --listen another address"),
        ({"--key": "missing.pem"}, 3, "settings.invalid", "quarterdeck witness key new"),
        ({"--state": "missing.db"}, 9, "store.unavailable", "quarterdeck witness state new"),
    ],
)
def test_what_it_is_given_wrongly_is_said_and_nothing_is_served(
    key: Path, state: Path, changed: dict[str, str], code: int, error: str, said: str
) -> None:
    given = {
        "--key": str(key),
        "--name": NAME,
        "--log": str(LOG.key),
        "--state": str(state),
        "--listen": f"127.0.0.1:{free_port()}",
    } | changed
    found = failure("serve", *(word for option in given.items() for word in option))
    assert found[:2] == (code, error)
    assert said in found[2]


def test_a_log_may_not_be_its_own_witness(key: Path, state: Path) -> None:
    own = VerifierKey("quarterdeck.example/log", Algorithm.ED25519, load_key(key).public_key().public_bytes_raw())
    code, error, said = failure("serve", "--key", key, "--name", NAME, "--log", str(own), "--state", state)
    assert (code, error) == (2, "input.invalid")
    assert "expected a witness with a key of its own" in said


@pytest.mark.parametrize(
    ("listen", "found"), [("127.0.0.1:0", ("127.0.0.1", 0)), ("[::1]:80", ("::1", 80)), ("h:65535", ("h", 65535))]
)
def test_an_address_is_a_host_and_a_port(listen: str, found: tuple[str, int]) -> None:
    assert address(listen) == found


@pytest.mark.parametrize("listen", ["", ":", "h", "h:", ":80", "h:65536", "h:x", "h:²"])
def test_what_is_no_address_is_refused(listen: str) -> None:
    with pytest.raises(InvalidInput, match="HOST:PORT"):
        address(listen)


@pytest.mark.parametrize("words", [("serve",), ("key", "new"), ("key", "show"), ("state", "new")])
def test_every_command_explains_itself_as_part_of_quarterdeck(words: tuple[str, ...]) -> None:
    ended = CliRunner(env={"COLUMNS": "140"}).invoke(build(witness=witness), ["witness", *words, "--help"])
    assert ended.exit_code == 0
    assert "Examples" in ended.output
    assert "--json" in ended.output
