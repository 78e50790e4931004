"""How a plan stands, as the end of a sentence that begins with "the plan". Pure."""

from memory.model.run import RunStatus

STANDS = {
    RunStatus.WAITING: "waits",
    RunStatus.RUNNING: "runs",
    RunStatus.UNDOING: "is being taken back",
    RunStatus.SUCCEEDED: "is done and verified",
    RunStatus.FAILED: "failed",
    RunStatus.UNDONE: "failed and was taken back",
    RunStatus.DENIED: "was denied",
    RunStatus.EXPIRED: "expired",
    RunStatus.CANCELLED: "was withdrawn",
}
