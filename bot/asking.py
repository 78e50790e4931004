"""On whose behalf a turn is taken, for what is asked deep inside one and is limited by the person."""

from contextvars import ContextVar

ASKING: ContextVar[str] = ContextVar("ASKING", default="")
"""The person whose turn it is; empty: nobody's."""

SURFACE: ContextVar[str] = ContextVar("SURFACE", default="")
"""Where that person speaks; empty: nowhere."""
