"""Ties a process to the one that started it: when that one dies, however it dies, this one is killed.

As a program, `leash.py PARENT PROGRAM ARGUMENT…` ties itself and becomes the program. It works on Linux
(prctl(2), PR_SET_PDEATHSIG); elsewhere only an orderly end takes the children along.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def hold(parent: int) -> None:
    """Tie this process to `parent`, its parent's process id; exits at once where that is dead already.

    The kernel counts the death of the *thread* that forked: start children from a thread that lasts.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        sys.exit(f"expected the parent {parent} to be alive, found it gone")


def main() -> None:
    """Become the program named on the command line, tied to its parent."""
    hold(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 -- an argument list from the supervisor, no shell


if __name__ == "__main__":
    main()
