"""Witnesses cosign before the log is published; a quorum that is missed, or another history, holds it back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.log_findings import log_findings
from bot.surfaces.cli.host import Health
from bot.wiring.log import OpenLog
from memory.errors import InvalidSettings, LogContradicted, LogKeyWrong, LogRolledBack, SignatureMissing
from memory.ledger.findings import Verified
from memory.ledger.source import DirectorySource
from memory.ledger.verify import Verification, trust_in
from memory.log.identity import LogKey
from memory.log.keys import VerifierKey
from tests.bot.publishing.test_publishing import published
from tests.bot.signing.keys import NEW, OLD, names, put
from tests.bot.signing.rotating import TENANT, append, opened
from tests.witnesses import WitnessProcess

LOG = LogKey("quarterdeck", OLD).signer(TENANT).key


@contextmanager
def witnessing(folder: Path, number: int = 2, logs: tuple[VerifierKey, ...] = (LOG,)) -> Iterator[WitnessProcess]:
    """Run a witness that knows the log."""
    place = folder / f"witness {number}"
    place.mkdir()
    witness = WitnessProcess(place, f"witness.example/{number}", number, logs)
    try:
        witness.start()
        yield witness
    finally:
        witness.kill()


def told(*witnesses: WitnessProcess) -> tuple[str, ...]:
    return tuple(f"{each.key} {each.url}" for each in witnesses)


def home(folder: Path, name: str = "home") -> Path:
    made = folder / name
    made.mkdir()
    put(made / "log.key")
    return made


def require(log: OpenLog, *witnesses: VerifierKey) -> None:
    """Verify what is published, asking for every one of these cosignatures."""
    root = log.publisher.directory.root
    found = Verification(DirectorySource(root), trust_in([LOG], witnesses)).run()
    assert isinstance(found, Verified), found


async def test_what_is_published_carries_the_cosignatures(tmp_path: Path) -> None:
    with witnessing(tmp_path, 2) as first, witnessing(tmp_path, 3) as second:
        async with opened(home(tmp_path), log_witnesses=told(first, second)) as log:
            for _ in range(3):
                await append(log)
                assert await log.publisher.attempt()
                require(log, first.key, second.key)
            state = await log.book.stands(TENANT)
            assert [each.problem for each in state.witnesses] == ["", ""]
            assert all(each.cosigned_at for each in state.witnesses)
            assert state.quorum == 2
            assert all(finding.health is Health.OK for finding in log_findings(state))
            assert f'log_witness_cosigned{{witness="{first.key.name}"}} 1.0' in _metrics(log)


async def test_without_its_quorum_the_log_stays_as_it_was_published(tmp_path: Path) -> None:
    with witnessing(tmp_path) as witness:
        place = home(tmp_path)
        async with opened(place, log_witnesses=told(witness)) as log:
            assert await log.publisher.attempt()
            witness.kill()
            await append(log)
            assert not await log.publisher.attempt()
            assert published(log) == 1
            assert isinstance(log.publisher.problem, SignatureMissing)
            state = await log.book.stands(TENANT)
            assert (state.size, state.published_size, state.in_doubt) == (2, 1, False)
            assert "could not be reached" in state.witnesses[0].problem
            assert [finding.health for finding in log_findings(state)] == [Health.OK, Health.WARN, Health.WARN]
            assert await log.probes()["log"].check() == "signed"
            with pytest.raises(SignatureMissing):
                await log.probes()["log published"].check()
            assert f'log_witness_cosigned{{witness="{witness.key.name}"}} 0.0' in _metrics(log)
        witness.start()
        async with opened(place, log_witnesses=told(witness)) as log:
            assert await log.publisher.attempt()
            assert published(log) == 2
            require(log, witness.key)


async def test_a_quorum_is_enough(tmp_path: Path) -> None:
    with witnessing(tmp_path) as witness:
        absent = WitnessProcess(tmp_path, "witness.example/absent", 3)
        given = told(witness, absent)
        async with opened(home(tmp_path), log_witnesses=given, log_witness_quorum=1) as log:
            assert await log.publisher.attempt()
            require(log, witness.key)
            state = await log.book.stands(TENANT)
            assert [bool(each.problem) for each in state.witnesses] == [False, True]


async def test_a_witness_that_does_not_know_the_key_gives_nothing(tmp_path: Path) -> None:
    with witnessing(tmp_path, logs=(LogKey("quarterdeck", NEW).signer(TENANT).key,)) as witness:
        async with opened(home(tmp_path), log_witnesses=told(witness)) as log:
            assert not await log.publisher.attempt()
            assert published(log) == 0
            assert "403" in (await log.book.stands(TENANT)).witnesses[0].problem


async def test_a_rotation_goes_on_where_the_witness_knows_the_new_key(tmp_path: Path) -> None:
    new = LogKey("quarterdeck", NEW).signer(TENANT).key
    with witnessing(tmp_path, logs=(LOG, new)) as witness:
        async with opened(home(tmp_path), log_witnesses=told(witness)) as log:
            assert await log.publisher.attempt()
            await log.holder.rotate(NEW, keep=False)
            await append(log)
            assert await log.publisher.attempt()
            require(log, witness.key)


@pytest.mark.parametrize("forked", [False, True], ids=["a shorter log", "a forked log"])
async def test_a_database_restored_from_an_older_copy_is_found_out_by_the_witness(
    tmp_path: Path, forked: bool
) -> None:
    with witnessing(tmp_path) as witness:
        place, restored = home(tmp_path), home(tmp_path, "restored")
        async with opened(place) as log:
            await append(log)
        shutil.copy(place / "quarterdeck.db", restored)
        async with opened(place, log_witnesses=told(witness)) as log:
            await append(log)
            assert await log.publisher.attempt()
        async with opened(restored, log_witnesses=told(witness)) as log:
            if forked:
                for _ in range(3):
                    await append(log)
            assert not await log.publisher.attempt()
            assert published(log) == 0
            assert isinstance(log.publisher.problem, LogContradicted if forked else LogRolledBack)
            state = await log.book.stands(TENANT)
            assert state.in_doubt
            assert Health.FAIL in {finding.health for finding in log_findings(state)}
            with pytest.raises(LogContradicted):
                await log.probes()["log"].check()


async def test_a_database_that_is_behind_what_is_published_stops_start_up(tmp_path: Path) -> None:
    place = home(tmp_path)
    async with opened(place) as log:
        await append(log)
    shutil.copy(place / "quarterdeck.db", tmp_path / "older.db")
    async with opened(place) as log:
        await append(log)
        await log.publisher.publish()
    shutil.copy(tmp_path / "older.db", place / "quarterdeck.db")
    with pytest.raises(LogRolledBack, match=r"the 3 entries that are published in .*, found 2 in the database"):
        async with opened(place):
            pass


async def test_a_database_that_is_gone_stops_start_up_and_no_key_is_made(tmp_path: Path) -> None:
    place = home(tmp_path)
    async with opened(place) as log:
        await log.publisher.publish()
    for name in ("quarterdeck.db", "log.key"):
        (place / name).unlink()
    with pytest.raises(LogRolledBack, match="found 0 in the database"):
        async with opened(place):
            pass
    assert "log.key" not in names(place)


async def test_a_database_with_another_history_than_what_is_published_stops_start_up(tmp_path: Path) -> None:
    place = home(tmp_path)
    async with opened(place) as log:
        await log.publisher.publish()
    (place / "quarterdeck.db").unlink()
    shutil.move(place / "log", tmp_path / "log")
    async with opened(place) as log:
        await append(log)
    shutil.move(tmp_path / "log", place / "log")
    with pytest.raises(LogContradicted, match="found others in the database"):
        async with opened(place):
            pass


@pytest.mark.parametrize("written", ["", "no key", f"{LOG} http://127.0.0.1:1", "witness+00000000+AAAA http://w"])
async def test_what_names_no_witness_stops_start_up(tmp_path: Path, written: str) -> None:
    with pytest.raises(InvalidSettings, match="expected a witness"):
        async with opened(home(tmp_path), log_witnesses=[written]):
            pass


async def test_a_key_that_is_not_the_logs_own_stops_start_up(tmp_path: Path) -> None:
    place = home(tmp_path)
    async with opened(place):
        pass
    (place / "log.key").unlink()
    with pytest.raises(LogKeyWrong, match="found no file there"):
        async with opened(place):
            pass
    put(place / "log.key", b"no key")
    with pytest.raises(LogKeyWrong, match="something that is no key"):
        async with opened(place):
            pass


def _metrics(log: OpenLog) -> str:
    return log.publisher._metrics.text().decode()
