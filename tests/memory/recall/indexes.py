"""Every index there is, opened for a test: one suite runs on all of them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
from numpy.typing import NDArray

from memory.embedding import DIMENSIONS
from memory.recall.brute import BruteForce
from memory.recall.opening import embedded, served
from memory.recall.port import Kept, VectorIndex
from tests.fakes.time import MIDNIGHT
from tests.servers import ENDING_S, free_port, until


def unit(seed: int) -> NDArray[np.float32]:
    """Return a unit vector, the same for the same seed, far from those of others."""
    vector = np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32)
    found: NDArray[np.float32] = vector / np.linalg.norm(vector)
    return found


def kept(memory: str, *seeds: int, subject: str = "incident:inc_1", **given: object) -> Kept:
    """Return a memory with a part for each seed."""
    return Kept(memory, subject, np.array([unit(seed) for seed in seeds]), **given)  # type: ignore[arg-type]  # as given


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """Run Chroma's own server, which its package brings, and give its address."""
    port = free_port()
    program = str(Path(sys.executable).with_name("chroma"))
    command = [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until(lambda: _answers(port), "the start of Chroma's server")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(ENDING_S)


@contextmanager
def opened(name: str, folder: Path, model: str = "model") -> Iterator[VectorIndex]:
    """Open an index by its name."""
    if name == "numpy":
        yield BruteForce()
    elif name == "chroma":
        index, _ = embedded(folder, model, MIDNIGHT)
        yield index
        index.close()
    else:
        with chroma_server(folder) as address:
            index = served(address, model)
            yield index
            index.close()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat", trust_env=False).is_success
    except httpx.TransportError:
        return False
