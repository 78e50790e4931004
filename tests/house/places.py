"""Where the project's own files are, for the tests that read them."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "agents", "runbooks", "tools", "memory")
WRITTEN = (*PACKAGES, "tests", "docs", "deploy", ".ci")

_TEXT = {
    *(".cedar", ".css", ".html", ".ini", ".js", ".json", ".jsonl", ".md"),
    *(".py", ".sh", ".svg", ".toml", ".txt", ".yaml", ".yml"),
}
_NAMED = {"Containerfile", "LICENSE", "Makefile", "run"}


def sources(*folders: str) -> list[Path]:
    """Return the Python files under these folders of the project, sorted."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def texts() -> list[Path]:
    """Return every text file that the project wrote itself, sorted; the lock file and vendored code are not."""
    top = (path for path in ROOT.iterdir() if path.name != "uv.lock")
    below = (path for folder in WRITTEN for path in (ROOT / folder).rglob("*"))
    return sorted(path for path in (*top, *below) if path.is_file() and _written(path))


def named(path: Path) -> str:
    """Return the path as the project names it."""
    return path.relative_to(ROOT).as_posix()


def _written(path: Path) -> bool:
    return (path.suffix in _TEXT or path.name in _NAMED) and ".min." not in path.name
