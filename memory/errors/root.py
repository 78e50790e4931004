"""What every error here is: a fact a person can act on, with a code of its own."""


class QuarterdeckError(Exception):
    """A fact a person can act on.

    `message` says what was expected and what was found; `hint` says what to do next; `code` is stable.
    """

    code = "quarterdeck.error"
    recorded = False  # whether the ledger tells of it already

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
