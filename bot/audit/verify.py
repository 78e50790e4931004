"""Verifies an evidence pack on its own: Python 3.11 or newer and the package `cryptography` are all it needs.

    python verify.py [PACK] [--key NAME+ID+BASE64] [--witness NAME+ID+BASE64]...

PACK is the zip file, or the folder it was unpacked to; without it, the folder of this script. Give the log's key
as you know it from elsewhere: without --key, the one in the pack is taken, which proves that the pack fits
together, and not whose it is. Exit code 0: all of it holds. 1: the first thing that does not is named.
"""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NOT_LISTED = {"manifest.json", "checkpoint", "witnessed", "consistency"}  # nor the proofs: each proves itself
WITNESS = 4  # the type of a witness's key

Entry = dict[str, Any]


class Refused(Exception):
    """Something in the pack is not as it should be."""


def must(holds: bool, file: str, what: str) -> None:
    """Refuse the pack, naming the file, unless this holds."""
    if not holds:
        raise Refused(f"{file}: {what}")


def sha256(*parts: bytes) -> bytes:
    """Return the SHA-256 of the parts, one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def bytes_of(file: str, text: str) -> bytes:
    """Return what a text writes in base64, in the one way in which it is written."""
    data = base64.b64decode(text, validate=True)
    must(base64.b64encode(data).decode() == text, file, "base64 in another form")
    return data


def read(place: Path) -> dict[str, bytes]:
    """Return every file of the pack by its name."""
    if place.is_dir():
        files = (path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}
    with zipfile.ZipFile(place) as pack:
        must(pack.testzip() is None, str(pack.testzip()), "damaged")
        must(len(pack.namelist()) == len(set(pack.namelist())), str(place), "two files of one name")
        return {name: pack.read(name) for name in pack.namelist()}


# --- signatures: C2SP signed-note, tlog-checkpoint and tlog-cosignature


def signed_by(file: str, note: bytes, key: str) -> bool:
    """Return whether this key signed the note; a wrong signature of its is refused."""
    name, key_id, written = key.split("+", 2)
    typed = bytes_of("key", written)
    must(sha256(f"{name}\n".encode(), typed)[:4].hex() == key_id, "key", "its id is not its own")
    text, _, signatures = note.decode().rpartition("\n\n")
    must(signatures.endswith("\n"), file, "not a note")
    message = f"{text}\n".encode()
    for line in signatures.split("\n")[:-1]:
        dash, signer, value = line.split(" ")
        must(dash == "\N{EM DASH}", file, "not a note")
        data = bytes_of(file, value)
        if signer != name or data[:4].hex() != key_id:
            continue
        signature = data[4:]
        if typed[0] == WITNESS:  # its signature is over the time, too
            message = f"cosignature/v1\ntime {int.from_bytes(signature[:8])}\n".encode() + message
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(typed[1:]).verify(signature, message)
        except InvalidSignature:
            raise Refused(f"{file}: the signature by {name} is not over this text") from None
        return True
    return False


def checkpoint(note: bytes) -> tuple[str, int, bytes]:
    """Return the log's name, its size and its root."""
    origin, size, root = note.decode().split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


# --- the tree: RFC 6962, RFC 9162 §2.1.3.2 and §2.1.4.2


def verify_inclusion(file: str, leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> None:
    """Refuse unless the path leads from the leaf at this index to the root."""
    node, last, found = index, size - 1, leaf
    must(0 <= index < size, file, "no index of this log")
    for sibling in path:
        must(last > 0, file, "a proof that is too long")
        if node % 2 or node == last:
            found = sha256(b"\x01", sibling, found)
            while not node % 2 and node:
                node, last = node // 2, last // 2
        else:
            found = sha256(b"\x01", found, sibling)
        node, last = node // 2, last // 2
    must(last == 0 and found == root, file, "does not lead to the root of the log")


def verify_consistency(file: str, old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> None:
    """Refuse unless the new tree begins with the old one."""
    must(0 < old <= new, file, "a log that shrank")
    if old == new:
        must(old_root == new_root and not path, file, "two roots of one size")
        return
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    must(bool(hashes), file, "a proof that is too short")
    node, last = old - 1, new - 1
    while node % 2:
        node, last = node // 2, last // 2
    before = after = hashes[0]
    for sibling in hashes[1:]:
        must(last > 0, file, "a proof that is too long")
        if node % 2 or node == last:
            before, after = sha256(b"\x01", sibling, before), sha256(b"\x01", sibling, after)
            while not node % 2 and node:
                node, last = node // 2, last // 2
        else:
            after = sha256(b"\x01", after, sibling)
        node, last = node // 2, last // 2
    must(
        last == 0 and (before, after) == (old_root, new_root), file, "does not lead from the one root to the other"
    )


def verify_entry(files: dict[str, bytes], name: str, size: int, root: bytes) -> Entry:
    """Return an entry whose proof leads to the root."""
    number = Path(name).stem
    proof = f"proofs/{number}.tlog-proof"
    must(proof in files, proof, "missing")
    head, _, note = files[proof].partition(b"\n\n")
    first, index, *path = head.decode().split("\n")
    must(first == "c2sp.org/tlog-proof@v1" and note == files["checkpoint"], proof, "of another log or form")
    must(index == f"index {int(number)}", proof, "of another entry")
    leaf = sha256(b"\x00", files[name])
    verify_inclusion(proof, leaf, int(number), size, [bytes_of(proof, each) for each in path], root)
    return dict(json.loads(files[name]))


# --- what the entries say


def named_in(value: object) -> set[str]:
    """Return every text that a value holds."""
    if isinstance(value, dict):
        return set().union(*map(named_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(named_in, value))
    return {value} if isinstance(value, str) else set()


def verify_openings(files: dict[str, bytes], entries: dict[int, Entry]) -> int:
    """Refuse unless every text and every person shown is the one that an entry names; return how many."""
    openings = json.loads(files["openings.json"])
    digests = set().union(*(named_in(entry["body"]) for entry in entries.values()))
    for digest, opening in openings["blobs"].items():
        name = f"blobs/{digest}"
        must(name in files, name, "missing")
        must(
            sha256(base64.b64decode(opening["salt"]), files[name]).hex() == digest,
            name,
            "is not what was recorded",
        )
        must(digest in digests, name, "is named by no entry")
    for person in openings["people"]:
        expected = f"p_{sha256(base64.b64decode(person['salt']), person['principal'].encode()).hex()[:40]}"
        must(
            expected == person["pseudonym"], "openings.json", f"{person['principal']} is somebody else in the log"
        )
    return len(openings["blobs"]) + len(openings["people"])


def verify_story(files: dict[str, bytes], entries: dict[int, Entry]) -> None:
    """Refuse unless every cause is there, and every approval and every grant is of exactly the plan that ran."""
    subjects = {entry["subject"] for entry in entries.values()}
    plans, approvals = {}, {}
    for index, entry in sorted(entries.items()):
        file, body = f"entries/{index}.json", entry["body"]
        for cause in entry["causes"]:
            must(cause in subjects, file, f"follows from {cause}, which is not in the pack")
        if entry["kind"] == "plan":
            plans[body["run"]] = body["plan_digest"]
            content = files.get(f"blobs/{body.get('content')}")
            must(content is None or sha256(content).hex() == body["plan_digest"], file, "is of another plan")
        if entry["kind"] == "approval":
            approvals[body["approval"]] = body
    for index, entry in sorted(entries.items()):
        file, body = f"entries/{index}.json", entry["body"]
        if entry["kind"] in ("decision", "approval"):
            must(
                plans.get(body["run"]) == body["plan_digest"], file, "is about another plan than the one proposed"
            )
        for name in body.get("approvals", ()) if entry["kind"] == "decided" else ():
            given = approvals.get(name, {})
            must(
                given.get("run") == body["run"] and given.get("verdict") == "approve",
                file,
                f"rests on {name}, no yes",
            )


def verify_list(files: dict[str, bytes], entries: dict[int, Entry]) -> None:
    """Refuse unless these are the files that left the house: the log has the digest of their list."""
    for number in (Path(name).stem for name in files if name.startswith("proofs/")):
        must(int(number) in entries, f"entries/{number}.json", "missing")
    exports = [f"entries/{index}.json" for index, entry in entries.items() if entry["kind"] == "export"]
    listed = json.loads(files["manifest.json"])
    ours = {name for name in exports if name not in listed}
    digests = {json.loads(files[name])["body"]["content"] for name in ours}
    must(
        digests == {sha256(files["manifest.json"]).hex()}, "manifest.json", "is not the list that the log tells of"
    )
    proofs = {f"proofs/{index}.tlog-proof" for index in entries}
    for name in sorted(files.keys() | listed.keys()):
        must(name in files, name, "missing")
        if name not in ours | proofs | NOT_LISTED:
            must(listed.get(name) == sha256(files[name]).hex(), name, "is not what was packed")


def verify_witnesses(files: dict[str, bytes], key: str, witnesses: list[str], size: int, root: bytes) -> None:
    """Refuse unless what witnesses saw is the same log, and those that are required cosigned it."""
    if "witnessed" not in files:
        must(not witnesses, "witnessed", "missing")
        return
    must(signed_by("witnessed", files["witnessed"], key), "witnessed", f"not signed by {key}")
    for witness in witnesses or files["keys.txt"].decode().splitlines()[1:]:
        must(
            signed_by("witnessed", files["witnessed"], witness) or not witnesses, "witnessed", f"not by {witness}"
        )
    _, old, old_root = checkpoint(files["witnessed"])
    path = [bytes_of("consistency", each) for each in files["consistency"].decode().split("\n")[:-1]]
    verify_consistency("consistency", old, old_root, size, root, path)


def verify(files: dict[str, bytes], key: str | None, witnesses: list[str]) -> str:
    """Return what was found to be true of a pack; anything that does not hold is refused."""
    for name in ("checkpoint", "manifest.json", "keys.txt", "openings.json"):
        must(name in files, name, "missing")
    # (1) The log's own word.
    key = key or files["keys.txt"].decode().splitlines()[0]
    must(signed_by("checkpoint", files["checkpoint"], key), "checkpoint", f"not signed by {key}")
    origin, size, root = checkpoint(files["checkpoint"])
    must(origin == key.split("+", maxsplit=1)[0], "checkpoint", f"of {origin}, and not of the key's log")
    # (2) Every entry is in the log, (3) every file is the one that was packed, (4) witnesses saw the same log.
    names = [name for name in files if name.startswith("entries/")]
    entries = {int(Path(name).stem): verify_entry(files, name, size, root) for name in names}
    verify_list(files, entries)
    verify_witnesses(files, key, witnesses, size, root)
    # (5) What is shown is what was recorded, and (6) the story has no holes.
    opened = verify_openings(files, entries)
    verify_story(files, entries)
    return (
        f"{len(entries)} entries of {origin}, of {size} in all; {opened} texts and people opened; signed by {key}"
    )


def main() -> int:
    """Verify the pack that the command line names."""
    arguments = argparse.ArgumentParser(description="Verifies an evidence pack.")
    arguments.add_argument("pack", nargs="?", type=Path, default=Path(__file__).parent)
    arguments.add_argument("--key", help="the log's verifier key, NAME+ID+BASE64")
    arguments.add_argument(
        "--witness", action="append", default=[], help="a witness whose cosignature is required"
    )
    given = arguments.parse_args()
    try:
        found = verify(read(given.pack), given.key, given.witness)
    except Refused as refusal:
        sys.stderr.write(f"REFUSED {refusal}\n")
        return 1
    except (ValueError, LookupError, TypeError, AttributeError, OSError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"REFUSED {given.pack}: {type(error).__name__}: {error}\n")
        return 1
    sys.stdout.write(f"OK {found}\n")
    if not given.key:
        sys.stdout.write("The key is the pack's own: compare it with the one you know, or give it as --key.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
