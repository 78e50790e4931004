"""Which revision an evaluation measures."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def revision(*paths: str) -> str:
    """Return the commit checked out, marked where anything below `paths` differs; "unknown" without git."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    return f"{commit} with changes" if _git("status", "--porcelain", "--", *paths) else commit


def _git(*arguments: str) -> str:
    done = subprocess.run(("git", "-C", str(ROOT), *arguments), capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "unknown"
