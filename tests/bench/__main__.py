"""`make bench`: measures every part, or those named: `python -m tests.bench part2`. Writes docs/bench."""

import sys
from importlib import import_module

PARTS = (
    "part1",
    "part2",
    "part3",
    "part4",
    "part5",
    "part7_alerts",
    "part7_recall",
    "part7_rooms",
    "part7_timeline",
    "part8",
    "part8_watch",
    "part9",
    "part10",
)


def main() -> None:
    """Measure one part after another, so that none disturbs another."""
    chosen = sys.argv[1:] or PARTS
    unknown = sorted({*chosen} - {*PARTS})
    if unknown:
        sys.exit(f"expected some of {', '.join(PARTS)}, found {', '.join(unknown)}")
    for part in chosen:
        import_module(f"tests.bench.{part}").main()


if __name__ == "__main__":
    main()
