"""`log key` and `log receipt`: the key is changed where the store is, a receipt is fetched from wherever it is."""

import stat
from pathlib import Path

import pytest

from memory.log.merkle import leaf_hash
from memory.log.proof import TlogProof
from memory.log.trust import Trust
from tests.bot.surfaces.cli.conftest import Terminal
from tests.fakes.signed_log import FakeSignedLog


def test_a_new_key_is_put_into_a_file_for_its_owner_alone(quarterdeck: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "next.key"
    made = quarterdeck("log", "key", "new", str(file), "--json")
    assert made.code == 0
    assert made.json["key"].startswith("quarterdeck/acme+")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert quarterdeck("log", "key", "show", "--key", str(file), "--json").json == made.json
    again = quarterdeck("log", "key", "new", str(file), "--json")
    assert (again.code, again.json["error"]["code"]) == (5, "resource.conflict")
    assert "BEGIN" not in made.out + made.err + again.out


def test_the_key_is_shown_rotated_and_revoked(quarterdeck: Terminal, tmp_path: Path) -> None:
    first = quarterdeck("log", "key", "show", "--json").json
    assert [key["signs"] for key in first["keys"]] == [True]
    assert first["key_from"] == f"the file {tmp_path / 'log.key'}"
    old = first["keys"][0]["key"]
    rotated = quarterdeck("log", "key", "rotate", "--yes", "--keep-old", "--json").json
    assert rotated["entry"] == 1
    shown = quarterdeck("log", "key", "show", "--json").json["keys"]
    assert [(key["key"], key["signs"], key["rotated_at"]) for key in shown] == [
        (old, False, 2),
        (rotated["key"], True, None),
    ]
    assert (tmp_path / f"log.key.retired-{old.split('+')[1]}").exists()
    assert quarterdeck("log", "key", "revoke", old, "--from-size", "1", "--yes", "--json").json["entry"] == 2
    assert quarterdeck("log", "key", "show", "--json").json["keys"][0]["revoked_from"] == 1
    assert "revoked: believed up to 1 entries" in quarterdeck("log", "key", "show").out


def test_a_key_made_before_takes_over(quarterdeck: Terminal, tmp_path: Path) -> None:
    made = quarterdeck("log", "key", "new", str(tmp_path / "next.key"), "--json").json["key"]
    rotated = quarterdeck("log", "key", "rotate", "--key", str(tmp_path / "next.key"), "--yes", "--json").json
    assert rotated["key"] == made


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("rotate",), "input.invalid"),  # nobody was asked
        (("rotate", "--yes", "--key", "missing.key"), "resource.not_found"),
        (("revoke", "nonsense", "--yes"), "input.invalid"),
        (("show", "--key", "missing.key"), "resource.not_found"),
    ],
)
def test_what_cannot_be_done_is_said(quarterdeck: Terminal, words: tuple[str, ...], code: str) -> None:
    ended = quarterdeck("log", "key", *words, "--json")
    assert (ended.code != 0, ended.json["error"]["code"]) == (True, code)


def test_a_receipt_is_fetched_into_a_file_and_verifies(quarterdeck: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "receipt.tlog-proof"
    assert quarterdeck("log", "receipt", "1", "-o", str(file)).code == 0
    proof, key = TlogProof.parse(file.read_bytes()), FakeSignedLog().signer.key
    proof.verify(leaf_hash(proof.extra), Trust(key.name, (key,)))
    assert quarterdeck("log", "receipt", "1").out == file.read_text()
    assert quarterdeck("log", "check", str(file), "--key", str(key)).code == 0


def test_the_receipts_of_a_plan_are_listed_and_kept(quarterdeck: Terminal, tmp_path: Path) -> None:
    assert "acme-1.tlog-proof" in quarterdeck("log", "receipt", "run_1").out
    assert quarterdeck("log", "receipt", "run_1", "-o", str(tmp_path / "kept")).code == 0
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["acme-1.tlog-proof"]
    assert "Nothing came of this plan yet" in quarterdeck("log", "receipt", "run_2").out


def test_an_entry_that_is_not_there_has_no_receipt(quarterdeck: Terminal) -> None:
    ended = quarterdeck("log", "receipt", "77", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (4, "resource.not_found")
