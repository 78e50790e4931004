"""The step between us and a program: takes the limits on, sees that the program is the pinned one, and becomes it.

Run as a process of its own (`python -I -S started.py WHAT DESCRIPTOR`), with the standard library alone: limits
set between fork and exec of a process with threads are a way to hang. Why nothing was started is written to the
descriptor, which is closed, empty, the moment the program begins: no program can pretend that it did not.
"""

import hashlib
import json
import os
import resource
import signal
import sys

REFUSED = 126
_MEGA = 1024 * 1024


def _limit(bounds: dict[str, int]) -> None:
    limits = {
        resource.RLIMIT_CPU: bounds["cpu_s"],
        resource.RLIMIT_AS: bounds["memory_mb"] * _MEGA,
        resource.RLIMIT_FSIZE: bounds["file_mb"] * _MEGA,
        resource.RLIMIT_NOFILE: bounds["open_files"],
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        hard = resource.getrlimit(which)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (least, least))


def _pinned(program: str, sha256: str) -> int:
    """Return the open program, whose very bytes were measured; raises `OSError`."""
    opened = os.open(program, os.O_RDONLY)
    digest = hashlib.sha256()
    while chunk := os.read(opened, _MEGA):
        digest.update(chunk)
    if digest.hexdigest() != sha256:
        raise OSError(f"{program} has the SHA-256 {digest.hexdigest()}, not the one that is pinned")
    os.set_inheritable(opened, True)  # noqa: FBT003 - its only form; a script is read again by what interprets it
    return opened


def main() -> None:
    """Become the program."""
    bounds, listed, sha256, program, *arguments = json.loads(sys.argv[1])
    environment = {name: os.environ[name] for name in listed}  # what runs this adds variables of its own
    report = int(sys.argv[2])
    os.set_inheritable(report, False)  # noqa: FBT003 - its only form
    try:
        opened = _pinned(program, sha256) if sha256 else program
        _limit(bounds)
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by this interpreter, and so by what it becomes
            signal.signal(ignored, signal.SIG_DFL)
        os.execve(opened, [program, *arguments], environment)  # noqa: S606 - no shell is what this is for
    except (OSError, ValueError) as error:
        os.write(report, str(error).encode(errors="replace")[:1000])
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
