"""The log's key comes from one place, is made only where no log is yet, and stops start-up where it is wrong."""

import asyncio
import base64
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from bot.settings import parsed
from bot.signing.files import KeyFile
from bot.signing.pem import parse_key, written
from bot.wiring.keys import signing_key
from memory.errors import InvalidSettings, LogKeyWrong
from memory.log.identity import LogKey
from tests.bot.signing.keys import BAD, NEW, OLD, PUBLIC, names, put
from tests.bot.signing.rotating import FailingDisk, Steps

SIGNED = {"default": str(LogKey("quarterdeck", OLD).signer("default").key)}


def verifier(key: LogKey) -> str:
    return str(key.signer("default").key)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def secrets_of(pem: bytes) -> Iterator[str]:
    """Yield what nobody may ever read in a message."""
    yield from (line for line in pem.decode().splitlines() if line and not line.startswith("-"))
    yield base64.b64encode(OLD.private_bytes_raw()).decode()
    yield OLD.private_bytes_raw().hex()


async def test_the_first_start_makes_a_key_that_only_its_owner_can_read(home: Path) -> None:
    found = await signing_key(parsed({"home": home}), {})
    file = home / "log.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert verifier(found.key) == verifier(LogKey("quarterdeck", parse_key(file.read_bytes(), "")))
    assert names(home) == ["log.key"]
    again = await signing_key(parsed({"home": home}), {"default": verifier(found.key)})
    assert verifier(again.key) == verifier(found.key)


def test_of_many_that_start_at_once_one_makes_the_key_and_all_use_it(home: Path) -> None:
    def start(_: int) -> str:
        return verifier(asyncio.run(signing_key(parsed({"home": home}), {})).key)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(16)))) == 1
    assert names(home) == ["log.key"]


@pytest.mark.parametrize("happened", [False, True], ids=["failed", "failed but happened"])
async def test_a_first_start_that_fails_at_any_step_leaves_no_key_or_a_whole_one(
    home: Path, happened: bool
) -> None:
    for step in range(1, 10):
        folder = home / str(step)
        folder.mkdir()
        steps = Steps(step, _disk_error, happened=happened)
        with suppress(LogKeyWrong, OSError):
            KeyFile(folder / "log.key", FailingDisk(steps)).create(NEW)
        assert set(names(folder)) <= {"log.key"}
        assert await signing_key(parsed({"home": folder}), {})
        if not steps.failed:
            return
    pytest.fail("expected fewer steps")


def _disk_error() -> None:
    raise OSError(28, "No space left on device")


async def test_no_key_is_made_where_a_log_is(home: Path) -> None:
    with pytest.raises(LogKeyWrong) as caught:
        await signing_key(parsed({"home": home}), SIGNED)
    assert SIGNED["default"] in caught.value.message
    assert "found no file there" in caught.value.message
    assert "Put the key back" in caught.value.hint
    assert names(home) == []


async def test_no_key_is_made_where_the_settings_name_a_file(home: Path) -> None:
    with pytest.raises(LogKeyWrong, match="found no file there") as caught:
        await signing_key(parsed({"home": home, "log_key_file": home / "other.key"}), {})
    assert "quarterdeck log key new" in caught.value.hint


@pytest.mark.parametrize("setting", ["home", "log_key_file", "log_key"])
async def test_a_key_is_taken_from_where_the_settings_say(home: Path, setting: str) -> None:
    given: dict[str, dict[str, object]] = {
        "home": {},
        "log_key_file": {"log_key_file": home / "other.key"},
        "log_key": {"log_key": written(OLD).decode()},
    }
    put(home / ("log.key" if setting == "home" else "other.key"))
    found = await signing_key(parsed({"home": home, **given[setting]}), SIGNED)
    assert verifier(found.key) == SIGNED["default"]
    assert found.origin == ("the setting log_key" if setting == "log_key" else f"the file {_named(home, setting)}")


def _named(home: Path, setting: str) -> Path:
    return home / ("log.key" if setting == "home" else "other.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
async def test_a_key_that_others_can_read_stops_start_up(home: Path, mode: int) -> None:
    put(home / "log.key", mode=mode)
    with pytest.raises(LogKeyWrong, match="readable by its owner alone") as caught:
        await signing_key(parsed({"home": home}), SIGNED)
    assert caught.value.hint == f"chmod 600 {home / 'log.key'}"


@pytest.mark.parametrize("where", ["file", "setting"])
@pytest.mark.parametrize("found", BAD)
async def test_what_is_no_fitting_key_stops_start_up_and_is_not_shown(home: Path, found: str, where: str) -> None:
    put(home / "log.key", BAD[found])
    given = {"log_key": BAD[found].decode()} if where == "setting" and found != "nothing" else {}
    with pytest.raises(LogKeyWrong) as caught:
        await signing_key(parsed({"home": home, **given}), SIGNED)
    assert caught.value.message.endswith(f"found {found}")
    assert caught.value.__cause__ is None
    said = f"{caught.value.message} {caught.value.hint}"
    assert not any(secret in said for secret in secrets_of(BAD[found]))


async def test_a_public_key_is_no_key_to_sign_with(home: Path) -> None:
    put(home / "log.key", PUBLIC)
    with pytest.raises(LogKeyWrong, match="something that is no key"):
        await signing_key(parsed({"home": home}), SIGNED)


async def test_a_directory_in_place_of_a_key_stops_start_up(home: Path) -> None:
    (home / "log.key").mkdir(mode=0o700)
    with pytest.raises(LogKeyWrong, match="something that is no file"):
        await signing_key(parsed({"home": home}), SIGNED)


@pytest.mark.parametrize(
    "given",
    [
        {"log_key": "x", "log_key_file": "y"},
        {"log_key": "x", "log_key_vault": "secret/data/q#k", "vault_addr": "https://v", "vault_token": "t"},
        {"log_key_file": "y", "log_key_vault": "secret/data/q#k", "vault_addr": "https://v", "vault_token": "t"},
    ],
)
def test_a_key_from_two_places_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings, match="log_key, log_key_file or log_key_vault is given"):
        parsed(given)


async def test_the_new_key_takes_over_where_the_log_was_signed_with_it(home: Path) -> None:
    put(home / "log.key", written(NEW))
    put(home / "log.key.next")
    found = await signing_key(parsed({"home": home}), SIGNED)
    assert verifier(found.key) == SIGNED["default"]
    assert (home / "log.key").read_bytes() == written(OLD)
    assert not (home / "log.key.next").exists()


async def test_the_new_key_is_dropped_where_the_log_was_not_signed_with_it(home: Path) -> None:
    file = KeyFile(put(home / "log.key"))
    with file.changing():
        file.prepare(NEW, keep="0011aabb")
    assert file.retired("0011aabb").exists()
    found = await signing_key(parsed({"home": home}), SIGNED)
    assert verifier(found.key) == SIGNED["default"]
    assert names(home) == ["log.key", "log.key.lock"]


async def test_both_keys_are_left_where_neither_signed_the_log(home: Path) -> None:
    put(home / "log.key", written(NEW))
    put(home / "log.key.next", written(NEW))
    await signing_key(parsed({"home": home}), SIGNED)
    assert (home / "log.key.next").exists()


async def test_the_new_key_is_left_alone_while_somebody_rotates(home: Path) -> None:
    file = KeyFile(put(home / "log.key"))
    with file.changing():
        file.prepare(NEW, keep=None)
        await signing_key(parsed({"home": home}), SIGNED)
        assert (home / "log.key.next").exists()
