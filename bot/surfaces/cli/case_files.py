"""Finds the files of a recorded case: in its folder, or in those around it that several cases share."""

from collections.abc import Callable, Iterator
from pathlib import Path

from agents.investigation.recorded import About, about, graph_csv, graph_json, situation
from agents.investigation.situation import Normal, Situation
from agents.investigation.tables import Metrics, metrics
from memory.errors import InputTooLarge, InvalidInput

LARGEST = 256 * 2**20  # bytes of a file
HIGHEST = 3  # folders above the case that are looked in
METRICS = "metrics.csv"
GRAPHS: dict[str, Callable[[str, str], frozenset[tuple[str, str]]]] = {
    "graph.json": graph_json,
    "graph.csv": graph_csv,
}
NORMALS = ("normal.csv", "normal/metrics.csv", "noissue/metrics.csv")
ABOUTS = ("case.json", "target.json")


def loaded(folder: Path, *, graph: Path | None = None, normal: Path | None = None) -> Situation:
    """Return the case in a folder. Raises `InvalidInput` for what is missing or not of a case's form.

    The graph and the normal may lie in the folder or up to three above it. A normal from beyond the folder of the
    graph, or from a neighbour's, was measured under other traffic and is only borrowed.
    """
    if not folder.is_dir():
        raise InvalidInput(
            f"expected a folder with a case, found {'a file' if folder.exists() else 'none'}: {folder}"
        )
    drawn = _graph(folder, graph)
    found, kind = _normal(folder, drawn[1] if drawn is not None else None, normal)
    known = next((path for name in ABOUTS if (path := folder / name).is_file()), None)
    return situation(
        metrics(_read(_there(folder / METRICS, "the metrics of the case")), METRICS),
        drawn[0] if drawn is not None else frozenset(),
        about=about(_read(known), known.name) if known is not None else About(),
        normal=found,
        kind=kind,
    )


def _graph(folder: Path, given: Path | None) -> tuple[frozenset[tuple[str, str]], Path] | None:
    """Return the calls and the folder they stand in; None where nobody told who calls whom."""
    places = [given] if given is not None else [each / name for each in _upwards(folder) for name in GRAPHS]
    path = next((place for place in places if place.is_file()), None)
    if path is None and given is not None:
        raise InvalidInput(f"expected the graph of the case, found no {given}")
    if path is None:
        return None
    reads = GRAPHS["graph.csv" if path.suffix == ".csv" else "graph.json"]
    return reads(_read(path), path.name), path.parent.resolve()


def _normal(folder: Path, home: Path | None, given: Path | None) -> tuple[Metrics | None, Normal]:
    if given is not None:
        return metrics(_read(_there(given, "the normal of the case")), given.name), Normal.OWN
    for place in _upwards(folder):
        for path in (place / name for name in NORMALS):
            if path.is_file():
                own = home is None or home == place or home in place.parents
                return metrics(_read(path), path.name), Normal.OWN if own else Normal.BORROWED
    beside = (home or folder.resolve()).parent
    for path in (found for name in NORMALS for found in sorted(beside.glob(f"*/{name}"))):
        return metrics(_read(path), path.name), Normal.BORROWED
    return None, Normal.NONE


def _upwards(folder: Path) -> Iterator[Path]:
    whole = folder.resolve()
    yield from (whole, *whole.parents[:HIGHEST])


def _there(path: Path, what: str) -> Path:
    if not path.is_file():
        raise InvalidInput(f"expected {what}, found no {path}")
    return path


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InputTooLarge(f"{path.name}: expected at most {LARGEST} bytes, found {path.stat().st_size}")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path.name}: expected text in UTF-8, found something else ({error.reason})"
        ) from error
    except OSError as error:
        raise InvalidInput(f"expected a file that can be read, found {path}: {error.strerror}") from error
