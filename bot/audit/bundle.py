"""An evidence pack as bytes: the same files always make the same zip. Pure."""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from memory.canonical import canonical
from memory.log.encoding import to_base64
from memory.log.note import Note
from memory.log.proof import SUFFIX, TlogProof
from memory.model.record import Blob

README, REPORT, DATA, VERIFIER = "README.txt", "report.html", "report.json", "verify.py"
MANIFEST, CHECKPOINT, KEYS, OPENINGS = "manifest.json", "checkpoint", "keys.txt", "openings.json"
WITNESSED, CONSISTENCY = "witnessed", "consistency"

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip file knows
_MODE = 0o644 << 16


@dataclass(frozen=True)
class Unveiled:
    """A person of the log: who they are, and the salt that proves it."""

    principal: str
    name: str
    pseudonym: str
    salt: bytes


def entry_files(entries: Mapping[int, bytes]) -> dict[str, bytes]:
    """Return the entries' exact bytes, by the names of their files."""
    return {f"entries/{index}.json": data for index, data in entries.items()}


def opening_files(blobs: Sequence[Blob], people: Sequence[Unveiled]) -> dict[str, bytes]:
    """Return the contents of blobs, and the salts that prove what and whose they are."""
    opened = {
        blob.digest: {"salt": to_base64(blob.salt), "kind": blob.kind, "correlation": blob.correlation}
        for blob in blobs
    }
    named = [
        {
            "principal": each.principal,
            "name": each.name,
            "pseudonym": each.pseudonym,
            "salt": to_base64(each.salt),
        }
        for each in sorted(people, key=lambda each: each.principal)
    ]
    contents = {f"blobs/{blob.digest}": blob.content for blob in blobs}
    return {OPENINGS: canonical({"blobs": opened, "people": named}), **contents}


def policy_files(policies: Mapping[str, str]) -> dict[str, bytes]:
    """Return the texts of the policies that decided, by their hash."""
    return {f"policies/{name}.cedar": text.encode() for name, text in policies.items()}


def standing_files() -> dict[str, bytes]:
    """Return what is the same in every pack: the instructions, and the verifier."""
    here = files("bot.audit")
    return {README: here.joinpath("pages", README).read_bytes(), VERIFIER: here.joinpath(VERIFIER).read_bytes()}


def proof_files(note: Note, paths: Mapping[int, Sequence[bytes]]) -> dict[str, bytes]:
    """Return the checkpoint, and for each entry the proof that it is under it (C2SP tlog-proof)."""
    proofs = {
        f"proofs/{index}{SUFFIX}": TlogProof(index, tuple(path), note).encode() for index, path in paths.items()
    }
    return {CHECKPOINT: note.encode(), **proofs}


def witness_files(note: Note, consistency: Sequence[bytes]) -> dict[str, bytes]:
    """Return the checkpoint that witnesses cosigned, and the proof that the newer one goes on from it."""
    return {
        WITNESSED: note.encode(),
        CONSISTENCY: "".join(f"{to_base64(each)}\n" for each in consistency).encode(),
    }


def manifest(packed: Mapping[str, bytes]) -> bytes:
    """Return the list of these files with the SHA-256 of each, whose own digest goes into the log."""
    return canonical({name: hashlib.sha256(data).hexdigest() for name, data in packed.items()})


def zipped(packed: Mapping[str, bytes]) -> bytes:
    """Return the files as a zip, sorted, stored, and of no time: so that equal files are equal packs."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
        for name in sorted(packed):
            about = zipfile.ZipInfo(name, _EPOCH)
            about.external_attr = _MODE
            pack.writestr(about, packed[name])
    return out.getvalue()
