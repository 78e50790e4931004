"""Verifying a published log and proving its entries: how fast, and in how much memory. Logs are built once."""

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

from memory.ledger.prove import Prover
from memory.ledger.source import DirectorySource
from tests.bench.report import Figure
from tests.bench.timing import timing
from tests.memory.ledger.builder import LOG, build, entries

SMALL, LARGE = 100_000, 1_000_000
PROOFS, WARM = 2_000, 100
PROGRAM = """
import sys, time
from pathlib import Path
from memory.ledger.findings import Verified
from memory.ledger.source import DirectorySource
from memory.ledger.verify import Verification, trust_in
from memory.log.keys import VerifierKey
if __name__ == "__main__":
    source, key, workers = DirectorySource(Path(sys.argv[1])), VerifierKey.parse(sys.argv[2]), int(sys.argv[3])
    began = time.perf_counter()
    result = Verification(source, trust_in([key]), workers=workers).run()
    assert isinstance(result, Verified), result
    print(time.perf_counter() - began)
    print(Path("/proc/self/status").read_text())
"""


def verifying(folder: Path) -> list[Figure]:
    """Measure logs of 100,000 and of 1,000,000 entries, built below `folder`; takes a minute or two."""
    workers = os.cpu_count() or 1
    small, large = _log(folder, SMALL), _log(folder, LARGE)
    (_, small_mb), (slow_s, large_mb) = _verified(folder, small, 1), _verified(folder, large, 1)
    fast_s, _ = _verified(folder, large, workers)
    proofs = _proofs(large)
    return [
        Figure(
            name=f"entries verified a second, {workers} processes",
            unit="/s",
            value=_rate(fast_s),
            aim="≥ 100,000 /s",
        ),
        Figure(name="entries verified a second, one process", unit="/s", value=_rate(slow_s)),
        Figure(
            name="memory while verifying 1,000,000 entries",
            unit="MiB",
            value=large_mb,
            floor=small_mb,  # the same for 100,000: flat as the log grows
            aim="flat",
        ),
        proofs,
    ]


def _proofs(log: Path) -> Figure:
    """Measure proofs of entries anywhere in the log, each of them verified before it is given."""
    prover, chance = Prover(DirectorySource(log)), random.Random(1)  # noqa: S311  -- picks entries, not secrets
    taken = []
    for _ in range(WARM + PROOFS):
        index = chance.randrange(LARGE)
        began = time.perf_counter()
        prover.inclusion(index)
        taken.append((time.perf_counter() - began) * 1000)
    measured = timing(taken[WARM:])
    name = "inclusion proof among 1,000,000 entries"
    return Figure(name=name, unit="ms", value=measured.p50_ms, p99=measured.p99_ms, aim="≤ 1 ms")


def _log(folder: Path, size: int) -> Path:
    """Return the log of that size, built where there is none yet."""
    log = folder / f"log-{size}"
    if not (log / "checkpoint").exists():
        build(log, entries(size))
    return log


def _verified(folder: Path, log: Path, workers: int) -> tuple[float, float]:
    """Return how many seconds it took a process of its own, and the most memory that held, in MiB."""
    program = folder / "verify.py"
    program.write_text(PROGRAM)
    paths = {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(program), str(log), str(LOG.key), str(workers)]
    done = subprocess.run(command, env=os.environ | paths, capture_output=True, text=True, check=True)
    seconds, status = done.stdout.split("\n", 1)
    peak = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return float(seconds), round(int(peak[1]) / 1024, 1) if peak else 0.0


def _rate(seconds: float) -> float:
    return float(round(LARGE / seconds))
