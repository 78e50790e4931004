"""Approvals that mean something: what is signed, who signed it, whether it holds, and whether it counts. Pure.

Whoever only wants to verify needs `Envelope.parse`, `keyring` and `verify`, and nothing that runs.
"""

from tools.approvals.counting import admit, admit_alone, broken_glass, counted, require_open, stale
from tools.approvals.envelope import Envelope
from tools.approvals.keyring import keyring
from tools.approvals.requirements import Requirement
from tools.approvals.verifying import PublicKey, Verified, verify

__all__ = [
    "Envelope",
    "PublicKey",
    "Requirement",
    "Verified",
    "admit",
    "admit_alone",
    "broken_glass",
    "counted",
    "keyring",
    "require_open",
    "stale",
    "verify",
]
