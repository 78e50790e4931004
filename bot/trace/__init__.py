"""A trace as people read it: in words, as a picture, as a graph for other programs. Pure."""

from bot.trace.telling import Told, Trace, seconds, told

__all__ = ["Told", "Trace", "seconds", "told"]
