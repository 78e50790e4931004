"""From what a recogniser heard to what was meant: numbers, names, readings. Pure; it never acts."""

from agents.hearing.heard import NO_HINTS, Heard, Hints, Hypothesis, SpokenWord

__all__ = ["NO_HINTS", "Heard", "Hints", "Hypothesis", "SpokenWord"]
