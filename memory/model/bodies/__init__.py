"""What each kind of ledger entry tells: ids, digests and counts; never a secret, a name, or a person's words.

Schemas only grow: a field is appended with a default and the kind's version goes up, so that an old entry is read
by every later version. A digest named after a text is the address of its blob, which is salted and can be erased.
"""

from memory.model.bodies.house import (
    Erased,
    Exported,
    HoldChanged,
    HoldScope,
    KeyChanged,
    PolicyChanged,
    PolicyProposed,
    Switched,
    VerifierKeyText,
)
from memory.model.bodies.kinds import Body, EntryKind, Reference, Ruling, Sealed
from memory.model.bodies.people import (
    AccessChanged,
    Approved,
    BrokeGlass,
    CredentialChanged,
    Reviewed,
    StandingChanged,
)
from memory.model.bodies.runs import Acted, Checked, DeadLettered, Decided, Ended, Granted, Planned, TakenBack
from memory.model.bodies.turns import (
    Answered,
    Denied,
    Interpreted,
    MessageReceived,
    ModelCalled,
    Observed,
    Recalled,
    SignedIn,
)

__all__ = [
    "BODIES",
    "AccessChanged",
    "Acted",
    "Answered",
    "Approved",
    "Body",
    "BrokeGlass",
    "Checked",
    "CredentialChanged",
    "DeadLettered",
    "Decided",
    "Denied",
    "Ended",
    "EntryKind",
    "Erased",
    "Exported",
    "Granted",
    "HoldChanged",
    "HoldScope",
    "Interpreted",
    "KeyChanged",
    "MessageReceived",
    "ModelCalled",
    "Observed",
    "Planned",
    "PolicyChanged",
    "PolicyProposed",
    "Recalled",
    "Reference",
    "Reviewed",
    "Ruling",
    "Sealed",
    "SignedIn",
    "StandingChanged",
    "Switched",
    "TakenBack",
    "VerifierKeyText",
]

BODIES: dict[EntryKind, type[Body]] = {
    body.kind: body
    for body in (
        MessageReceived,
        Recalled,
        ModelCalled,
        Interpreted,
        Observed,
        Planned,
        Decided,
        Approved,
        Granted,
        Acted,
        TakenBack,
        Checked,
        Ended,
        Denied,
        Answered,
        SignedIn,
        AccessChanged,
        PolicyChanged,
        KeyChanged,
        Erased,
        HoldChanged,
        Exported,
        DeadLettered,
        CredentialChanged,
        BrokeGlass,
        Reviewed,
        Switched,
        StandingChanged,
        PolicyProposed,
    )
}
