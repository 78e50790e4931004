"""A pack verifies on its own, in a clean process; whatever is changed in it is refused by name."""

import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from bot.audit import bundle, verify
from bot.audit.packing import Witnessed
from bot.surfaces.archive import HoldRequest
from memory.errors import NotFound, PolicyDenied
from memory.log.checkpoint import Checkpoint
from memory.log.keys import Cosigner, Signer
from memory.model.bodies import EntryKind, Exported, PolicyChanged
from memory.model.people import Principal
from memory.model.record import SYSTEM, Attachment, Record
from memory.scrubbing import ERASED
from tests.bot.audit.conftest import ADMIN, AUDITOR, SECRET, WHY, Archived
from tests.fakes.people import ALICE, BOB, MALLORY, TENANT, default_text, policy
from tests.keys import LOG_KEY, private_key

KEY = str(LOG_KEY.signer(TENANT).key)
WITNESS = Cosigner("witness.test/one", private_key("witness"))
Files = dict[str, bytes]


async def packed(room: Archived, subject: str, by: Principal = AUDITOR) -> Files:
    async with room.records.pack(by, subject) as parcel:
        data = parcel.path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return {name: found.read(name) for name in found.namelist()}


def verified(place: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier of the house on a pack, in a process that knows nothing of the house."""
    script = place.parent / "the_verifier.py"
    script.write_bytes(bundle.standing_files()["verify.py"])
    command = [sys.executable, "-I", str(script), str(place), *options]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


def zip_of(folder: Path, files: Files) -> Path:
    path = folder / "pack.zip"
    path.write_bytes(bundle.zipped(files))
    return path


async def recorded_policy(room: Archived) -> str:
    """Put the policy in force into the log, as a start does."""
    text = default_text()
    body = PolicyChanged(change="loaded", policy_hash=policy().hash)
    beside = (Attachment(field="text", kind="policy", content=text.encode()),)
    at = room.clock.now()
    await room.store.ledger.append(
        Record(tenant=TENANT, at=at, actor=SYSTEM, correlation="cor_start", body=body, attachments=beside)
    )
    return policy().hash


async def witnessed(room: Archived) -> None:
    """Have a witness cosign the log as it is now."""
    note = await room.store.ledger.checkpoint(TENANT)
    room.witnessed = Witnessed(note.adding(WITNESS.cosign(note.text, 1_800_000_000)), (WITNESS.key,))


@pytest.fixture
async def pack(room: Archived) -> Files:
    await recorded_policy(room)
    run = await room.rolled_back()
    await witnessed(room)
    return await packed(room, run.id)


async def test_a_pack_verifies_against_the_key_and_the_witness_that_one_knows(pack: Files, tmp_path: Path) -> None:
    done = verified(zip_of(tmp_path, pack), "--key", KEY, "--witness", str(WITNESS.key))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK ")
    assert verified(zip_of(tmp_path, pack)).stdout.endswith("or give it as --key.\n")


def test_an_unpacked_pack_verifies_with_its_own_verifier(pack: Files, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    for name, data in pack.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    command = [sys.executable, "-I", str(folder / "verify.py"), "--key", KEY]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_a_file_changed_left_out_or_added_is_refused_by_name(pack: Files) -> None:
    verify.verify(pack, KEY, [str(WITNESS.key)])
    for name, data in pack.items():
        for change in ({**pack, name: _flipped(data)}, {key: value for key, value in pack.items() if key != name}):
            with pytest.raises((verify.Refused, ValueError, KeyError), match=re.escape(Path(name).stem)):
                verify.verify(change, KEY, [str(WITNESS.key)])
    with pytest.raises(verify.Refused, match=r"extra\.txt"):
        verify.verify({**pack, "extra.txt": b"more"}, KEY, [])


async def test_no_bit_of_a_pack_can_be_another(pack: Files) -> None:
    dice, refusals = Random(20261120), (verify.Refused, ValueError, LookupError, TypeError, AttributeError)  # noqa: S311  # which bits are tried
    names = sorted(pack)
    for _ in range(1_000):
        name = dice.choice(names)
        at, bit = dice.randrange(len(pack[name])), 1 << dice.randrange(8)
        data = bytearray(pack[name])
        data[at] ^= bit
        with pytest.raises(refusals):
            pytest.fail(
                f"{name} {at} {bit}: {verify.verify({**pack, name: bytes(data)}, KEY, [str(WITNESS.key)])}"
            )


async def test_a_refusal_is_told_and_ends_the_verifier_with_an_error(pack: Files, tmp_path: Path) -> None:
    name = next(name for name in pack if name.startswith("blobs/"))
    done = verified(zip_of(tmp_path, {**pack, name: b"other words"}), "--key", KEY)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"REFUSED {name}: is not what was packed\n"
    (tmp_path / "pack.zip").write_bytes(b"PK no zip")
    assert "REFUSED" in verified(tmp_path / "pack.zip").stderr


def _flipped(data: bytes) -> bytes:
    """Return the bytes with one of their middle ones changed to another that is readable."""
    middle = len(data) // 2
    while not chr(data[middle]).isalnum():
        middle += 1
    return data[:middle] + (b"1" if data[middle : middle + 1] != b"1" else b"2") + data[middle + 1 :]


async def test_another_key_or_another_witness_is_refused(pack: Files, tmp_path: Path) -> None:
    stranger = str(Signer(LOG_KEY.origin(TENANT), private_key("stranger")).key)
    assert "REFUSED checkpoint" in verified(zip_of(tmp_path, pack), "--key", stranger).stderr
    other = str(Cosigner("witness.test/two", private_key("two")).key)
    assert "REFUSED witnessed" in verified(zip_of(tmp_path, pack), "--key", KEY, "--witness", other).stderr


async def test_a_required_witness_is_missed_where_there_was_none(room: Archived, tmp_path: Path) -> None:
    files = await packed(room, (await room.rolled_back()).id)
    assert "witnessed" not in files
    assert verified(zip_of(tmp_path, files), "--key", KEY).returncode == 0
    assert "REFUSED witnessed" in verified(zip_of(tmp_path, files), "--witness", str(WITNESS.key)).stderr


def _retold(change: Callable[[dict[str, object]], None]) -> Callable[[Files], Files]:
    """Return what changes the pack's approval and signs a log in which it always was so, with the same key."""

    def changed(files: Files) -> Files:
        name = next(
            each for each, data in files.items() if b'"kind":"approval"' in data and each.startswith("entr")
        )
        entry = json.loads(files[name])
        change(entry)
        return {**files, name: json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()}

    return changed


async def test_the_operator_who_signs_another_story_is_refused_for_what_it_says(
    pack: Files, tmp_path: Path
) -> None:
    """The key's holder can sign any tree; an approval of another plan, or a missing cause, still shows."""
    stories: dict[str, Callable[[dict[str, object]], None]] = {
        "another plan": lambda entry: entry["body"].update(plan_digest="0" * 64),  # type: ignore[attr-defined]  # a JSON object
        "not in the pack": lambda entry: entry.update(causes=["decision:run_other"]),
    }
    for says, change in stories.items():
        files = _signed_again(_retold(change)(pack))
        done = verified(zip_of(tmp_path, files), "--key", KEY)
        assert done.returncode == 1
        assert says in done.stderr


def _signed_again(files: Files) -> Files:
    """Return the pack as its operator could make it: another tree, signed with the log's key."""
    from memory.log.merkle import inclusion_proof, leaf_hash, root_of
    from tests.memory.log.reference import stored

    kept = {
        name: data for name, data in files.items() if name not in ("witnessed", "consistency", "manifest.json")
    }
    entries = {int(Path(name).stem): data for name, data in kept.items() if name.startswith("entries/")}
    export = max(entries)
    listed = bundle.manifest(
        {name: data for name, data in kept.items() if name != f"entries/{export}.json" and not _proves(name)}
    )
    told = json.loads(entries[export])
    told["body"]["content"] = hashlib.sha256(listed).hexdigest()
    entries[export] = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    size = export + 1
    leaves = [leaf_hash(entries.get(index, b"hidden")) for index in range(size)]
    signer = LOG_KEY.signer(TENANT)
    note = Checkpoint(signer.key.name, size, root_of(leaves)).signed(signer)
    paths = {index: inclusion_proof(index, size, stored(leaves)) for index in entries}
    return {
        **{name: data for name, data in kept.items() if not _proves(name)},
        **bundle.entry_files(entries),
        **bundle.proof_files(note, paths),
        "manifest.json": listed,
    }


def _proves(name: str) -> bool:
    return name.startswith("proofs/") or name == "checkpoint"


async def test_a_pack_shows_the_policy_in_force_the_people_and_the_words(pack: Files) -> None:
    assert pack[f"policies/{policy().hash}.cedar"].decode() == default_text()
    people = {each["principal"]: each["name"] for each in json.loads(pack["openings.json"])["people"]}
    assert people == {"alice": "Alice", "bob": "Bob"}
    report = pack["report.html"].decode()
    for word in (
        "What was asked",
        "roll back",
        "Said yes",
        "Bob",
        WHY.split(",")[0],
        "deploy.rollback",
        "entry 1",
    ):
        assert word in report, word
    assert "<script" not in report
    parts = json.loads(pack["report.json"])["parts"]
    assert list(parts) == [part for part in parts if parts[part]]


async def test_a_pack_of_a_turn_with_erased_texts_verifies_and_says_so(room: Archived, tmp_path: Path) -> None:
    reply = await room.desk.say(room.message(SECRET), ALICE)
    await room.records.erase(ADMIN, correlations=(reply.correlation,), person=None)
    files = await packed(room, "m1")
    assert verified(zip_of(tmp_path, files), "--key", KEY).returncode == 0
    assert not any(b"hunter2" in data for data in files.values())
    assert "The text was erased." in files["report.html"].decode()
    assert any(b'"kind":"erasure"' in data for name, data in files.items() if name.startswith("entries/"))
    assert ERASED in json.loads(files["report.json"])["parts"]["What was asked"][0]["texts"]


async def test_text_in_a_report_is_quoted_and_never_obeyed(room: Archived) -> None:
    await room.desk.say(room.message("<script>alert(1)</script>"), ALICE)
    report = (await packed(room, "m1"))["report.html"].decode()
    assert "<script" not in report
    assert "&lt;script&gt;" in report


async def test_a_pack_is_on_record_with_the_digest_of_its_list(room: Archived) -> None:
    files = await packed(room, (await room.rolled_back()).correlation)
    (each,) = (await room.store.ledger.page(TENANT, kind=EntryKind.EXPORT)).items
    told = each.entry.told()
    assert isinstance(told, Exported)
    assert (told.form, told.content) == ("pack", hashlib.sha256(files["manifest.json"]).hexdigest())


def test_equal_files_make_equal_packs() -> None:
    one, other = {"b": b"2", "a": b"1"}, {"a": b"1", "b": b"2"}
    assert bundle.zipped(one) == bundle.zipped(other)
    assert hashlib.sha256(bundle.zipped(one)).hexdigest()[:12] == "10d0c114b5af"


async def test_only_auditors_and_administrators_get_packs_and_only_of_what_there_is(room: Archived) -> None:
    run = await room.rolled_back()
    for who, error in ((BOB, PolicyDenied), (MALLORY, NotFound)):
        with pytest.raises(error):
            await packed(room, run.id, by=who)
    with pytest.raises(NotFound):
        await packed(room, "run_other")
    await room.records.place(ADMIN, HoldRequest(scope="tenant", reason="a hold keeps nobody from looking"))
    assert await packed(room, run.id)
