"""Which revision an evaluation measures."""

import subprocess
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def revision(*paths: str) -> str:
    """Return the commit checked out; where anything below `paths` differs, with a digest of what was measured.

    The digest is of the names and the content of every file there, so that a later commit can be held against it.
    "unknown" without git.
    """
    commit = _git("rev-parse", "--short=12", "HEAD")
    if not _git("status", "--porcelain", "--", *paths):
        return commit
    return f"{commit} with changes, {digest(*paths)}"


def digest(*paths: str) -> str:
    """Return the first twelve digits of the SHA-256 of the files below `paths` that are no rubbish."""
    names = _git("ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *paths)
    whole = sha256()
    for name in sorted(filter(None, names.split("\0"))):
        file = ROOT / name
        content = file.read_bytes() if file.is_file() else b""
        whole.update(f"{name}\0{sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()[:12]


def _git(*arguments: str) -> str:
    done = subprocess.run(("git", "-C", str(ROOT), *arguments), capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "unknown"
