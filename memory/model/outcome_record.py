"""What an ended run says about its procedure: it worked or it did not. Ids, codes and times; nobody's words."""

from memory.model.run import RunStatus
from memory.model.value import Identifier, Moment, Value


class OutcomeRecord(Value):
    """One run counted for one service. `tool` and `why` say what failed and with which code, where it did."""

    tenant: Identifier
    run: Identifier
    procedure: str
    service: str = ""
    worked: bool
    status: RunStatus
    at: Moment
    tool: str = ""
    why: str = ""


class Tally(Value):
    """How often a procedure was tried on a service, and how often it worked."""

    procedure: str
    service: str = ""
    tried: int = 0
    worked: int = 0
