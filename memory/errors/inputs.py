"""What was asked for cannot be understood, is not there, or does not fit what there is by now."""

from memory.errors.root import QuarterdeckError


class InvalidInput(QuarterdeckError):
    """What was given does not have the form that was asked for."""

    code = "input.invalid"


class InputTooLarge(InvalidInput):
    """What was given is longer than the documented limit."""

    code = "input.too_large"


class InvalidEncoding(InvalidInput):
    """What was given is not UTF-8 text."""

    code = "input.encoding"


class UnknownService(InvalidInput):
    """No service of that name is in the catalogue."""

    code = "service.unknown"


class AmbiguousService(InvalidInput):
    """The name fits several services of the catalogue."""

    code = "service.ambiguous"


class InvalidWindow(InvalidInput):
    """A time range could not be read, or ends before it begins."""

    code = "window.invalid"


class PayloadInvalid(InvalidInput):
    """What a system outside told of is not in the form that it documents; `field` is what is missing or amiss."""

    code = "payload.invalid"

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class RunbookInvalid(InvalidInput):
    """A runbook file does not have the form that was asked for, or asks for what there is not."""

    code = "runbook.invalid"


class RunbookOnlySuggests(InvalidInput):
    """A runbook says what to do and nothing in it can be carried out."""

    code = "runbook.only_suggests"


class InvalidSettings(InvalidInput):
    """A setting is unknown, missing or of the wrong kind."""

    code = "settings.invalid"


class LogKeyWrong(InvalidSettings):
    """The key that signs the log is missing, cannot be read, or is not the one that signed it so far."""

    code = "log.key_wrong"


class NotFound(QuarterdeckError):
    """There is nothing of that id in this tenant."""

    code = "resource.not_found"


class BlobErased(NotFound):
    """It was kept here once, and was erased for good; that it was stands in the log."""

    code = "resource.erased"


class Conflict(QuarterdeckError):
    """The thing changed under the caller; nothing was written."""

    code = "resource.conflict"


class IdempotencyMismatch(Conflict):
    """An idempotency key was used again with another request."""

    code = "idempotency.mismatch"


class EngineTaken(Conflict):
    """This process has its durable engine already, and there can be one of it only."""

    code = "engine.taken"


class RaceLost(Conflict):
    """Another transaction was ahead in the database: nothing was written, and the same may be tried again."""

    code = "resource.raced"


class LeadershipLost(Conflict):
    """Somebody else leads by now; what the former leader was about to write was not written."""

    code = "leadership.lost"


class UnderHold(Conflict):
    """A legal hold covers it, so that it is not erased; nothing was."""

    code = "resource.held"
