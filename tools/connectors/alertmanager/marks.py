"""How a silence remembers who asked for it: a mark in its comment, by which it is found again. Pure.

The key says under which call it was made, so that the call makes one silence and no second. The reference is known
before the silence is, so that a plan can name what will take it back.
"""

import re

from memory.canonical import digest
from tools.capabilities.alerts import NewSilence
from tools.connectors.alertmanager.answers import Silence
from tools.contract import CallContext

REFERENCE = re.compile(r"[0-9a-f]{32}")  # Alertmanager's own ids have dashes
_MARK = re.compile(r"\[quarterdeck key=(\S+) ref=([0-9a-f]{32})\]")


def reference(asked: NewSilence, context: CallContext) -> str:
    """Return the reference of a silence: the same for a call and its dry run in one conversation turn."""
    return digest([context.tenant, context.correlation, asked.model_dump(mode="json")])[:32]


def comment(asked: NewSilence, context: CallContext) -> str:
    """Return the comment that marks a silence."""
    mark = f"[quarterdeck key={context.key} ref={reference(asked, context)}]"
    return f"Asked for by {context.principal} through Quarterdeck. {mark}"


def key_of(silence: Silence) -> str | None:
    """Return the key a silence was made under, None if it is not one of ours."""
    found = _MARK.search(silence.comment)
    return found[1] if found else None


def reference_of(silence: Silence) -> str | None:
    """Return a silence's reference, None if it is not one of ours."""
    found = _MARK.search(silence.comment)
    return found[2] if found else None
