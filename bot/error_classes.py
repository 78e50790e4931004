"""What an error means to a program: its HTTP status and its exit code.

The nearest class that is named wins. `docs/errors.md` lists both.
"""

from memory import errors

_STATUSES: dict[type[errors.QuarterdeckError], int] = {
    errors.QuarterdeckError: 500,
    errors.InvalidInput: 400,
    errors.InputTooLarge: 413,
    errors.InvalidSettings: 500,
    errors.PayloadInvalid: 422,
    errors.NotFound: 404,
    errors.BlobErased: 410,
    errors.Conflict: 409,
    errors.IdempotencyMismatch: 422,
    errors.AuthenticationFailed: 401,
    errors.PolicyDenied: 403,
    errors.QueueFull: 429,
    errors.ApprovalRefused: 409,
    errors.SelfApproval: 403,
    errors.AssuranceTooLow: 403,
    errors.StatementInvalid: 422,
    errors.CredentialRefused: 403,
    errors.BreakGlassRefused: 403,
    errors.GrantRefused: 409,
    errors.OutcomeUnknown: 503,
    errors.ConnectorError: 502,
    errors.ConnectorUnreachable: 503,
    errors.QueryRejected: 422,
    errors.ToolChanged: 409,
    errors.SlackError: 502,
    errors.SlackNotInstalled: 404,
    errors.SlackBusy: 503,
    errors.SlackUnreachable: 503,
    errors.TeamsError: 502,
    errors.TeamsBusy: 503,
    errors.TeamsUnreachable: 503,
    errors.ModelUnavailable: 503,
    errors.RecallUnavailable: 503,
    errors.StoreUnavailable: 503,
    errors.TenantMismatch: 500,
    errors.LogCorrupt: 500,
    errors.LogMalformed: 400,
    errors.ProofInvalid: 422,
    errors.SignatureInvalid: 422,
    errors.SignatureMissing: 422,
    errors.DependencyMissing: 503,
}

_EXIT_CODES: dict[type[errors.QuarterdeckError], int] = {
    errors.QuarterdeckError: 70,  # EX_SOFTWARE of sysexits.h
    errors.InvalidInput: 2,  # as every command line gives for what it cannot read
    errors.InvalidSettings: 3,
    errors.DependencyMissing: 3,
    errors.NotFound: 4,
    errors.Conflict: 5,
    errors.AuthenticationFailed: 6,
    errors.PolicyDenied: 7,
    errors.ApprovalRefused: 7,
    errors.GrantRefused: 7,
    errors.ConnectorError: 8,
    errors.OutcomeUnknown: 8,
    errors.SlackError: 8,
    errors.TeamsError: 8,
    errors.ModelUnavailable: 8,
    errors.RecallUnavailable: 9,
    errors.StoreUnavailable: 9,
    errors.LogCorrupt: 10,
}


def exit_code(error: errors.QuarterdeckError) -> int:
    """Return the exit code that stands for this error. 0 is success, 1 an answer of no, 130 Ctrl-C."""
    return next(_EXIT_CODES[kind] for kind in type(error).__mro__ if kind in _EXIT_CODES)


def http_status(error: errors.QuarterdeckError) -> int:
    """Return the HTTP status that stands for this error."""
    return next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)
