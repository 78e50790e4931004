"""Asking witnesses to cosign a log's checkpoints (C2SP tlog-witness).

    witnesses = Witnesses([WitnessEndpoint(url, key)])
    cosigning = await witnesses.cosign(note, prove)    # .note has the cosignatures, .problems says who did not

A witness is believed as far as its key goes: a cosignature counts once it is verified, and what is wrong with one
witness never keeps the others' from the log.
"""

from tools.witnesses.asking import Cosigning, Prove, Witnesses
from tools.witnesses.endpoint import WitnessEndpoint

__all__ = ["Cosigning", "Prove", "WitnessEndpoint", "Witnesses"]
