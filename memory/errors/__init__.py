"""Everything that can go wrong, as one tree; each leaf is one fact a person can act on.

    QuarterdeckError
    ├── InvalidInput                 input.invalid
    │   ├── InputTooLarge            input.too_large
    │   ├── InvalidEncoding          input.encoding
    │   ├── UnknownService           service.unknown
    │   ├── AmbiguousService         service.ambiguous
    │   ├── InvalidWindow            window.invalid
    │   ├── PayloadInvalid           payload.invalid
    │   ├── RunbookInvalid           runbook.invalid
    │   ├── RunbookOnlySuggests      runbook.only_suggests
    │   └── InvalidSettings          settings.invalid
    │       └── LogKeyWrong          log.key_wrong
    ├── NotFound                     resource.not_found
    │   └── BlobErased               resource.erased
    ├── Conflict                     resource.conflict
    │   ├── IdempotencyMismatch      idempotency.mismatch
    │   ├── EngineTaken              engine.taken
    │   ├── LeadershipLost           leadership.lost
    │   ├── RaceLost                 resource.raced
    │   └── UnderHold                resource.held
    ├── AuthenticationFailed         auth.failed
    │   ├── AccountUnknown           auth.account_unknown
    │   └── TokenInvalid             auth.token_invalid
    ├── PolicyDenied                 policy.denied
    │   ├── PolicyInvalid            policy.invalid
    │   ├── ActionsStopped           actions.stopped
    │   └── LimitExceeded            limit.exceeded
    │       ├── BudgetSpent          budget.spent
    │       └── QueueFull            queue.full
    ├── ApprovalRefused              approval.refused
    │   ├── ApprovalExpired          approval.expired
    │   ├── DigestMismatch           approval.digest_mismatch
    │   ├── SelfApproval             approval.self
    │   ├── AlreadyDecided           approval.already_decided
    │   ├── AssuranceTooLow          approval.assurance
    │   ├── PolicyChangedSince       approval.policy_changed
    │   ├── SpokenCodeRefused        approval.spoken_code
    │   ├── StatementInvalid         approval.statement_invalid
    │   ├── StatementSpent           approval.statement_spent
    │   ├── CredentialRefused        approval.credential
    │   └── BreakGlassRefused        approval.break_glass
    ├── GrantRefused                 grant.refused
    │   └── GrantOutdated            grant.outdated
    ├── OutcomeUnknown               outcome.unknown
    ├── ConnectorError               connector.failed
    │   ├── ConnectorUnreachable     connector.unreachable
    │   ├── ConnectorRejected        connector.rejected
    │   │   ├── ConnectorBusy        connector.busy
    │   │   ├── PermissionMissing    connector.permission_missing
    │   │   └── VersionUnsupported   connector.version_unsupported
    │   ├── QueryRejected            connector.query_rejected
    │   ├── ToolChanged              connector.tool_changed
    │   └── ResponseTooLarge         connector.response_too_large
    ├── SlackError                   slack.failed
    │   ├── SlackRejected            slack.rejected
    │   │   ├── SlackScopeMissing    slack.scope_missing
    │   │   ├── SlackChannelClosed   slack.channel_closed
    │   │   └── SlackMessageGone     slack.message_gone
    │   ├── SlackTokenInvalid        slack.token_invalid
    │   ├── SlackNotInstalled        slack.not_installed
    │   ├── SlackBusy                slack.busy
    │   └── SlackUnreachable         slack.unreachable
    ├── TeamsError                   teams.failed
    │   ├── TeamsRejected            teams.rejected
    │   │   └── TeamsGone            teams.gone
    │   ├── TeamsBusy                teams.busy
    │   └── TeamsUnreachable         teams.unreachable
    ├── ModelUnavailable             model.unavailable
    │   ├── ModelTimedOut            model.timed_out
    │   ├── ModelUnreachable         model.unreachable
    │   ├── ModelRateLimited         model.rate_limited
    │   ├── ModelFailing             model.failing
    │   ├── ModelRejected            model.rejected
    │   │   └── ModelDenied          model.denied
    │   ├── ModelRefused             model.refused
    │   ├── ModelUnreadable          model.unreadable
    │   ├── ModelStopped             model.stopped
    │   └── ModelOverBudget          model.over_budget
    ├── RecallUnavailable            recall.unavailable
    │   └── RecallTaken              recall.taken
    ├── StoreUnavailable             store.unavailable
    │   ├── OutOfTouch               node.out_of_touch
    │   └── TenantMismatch           store.tenant_mismatch
    ├── LogCorrupt                   log.corrupt
    │   ├── LogMalformed             log.malformed
    │   ├── ProofInvalid             log.proof_invalid
    │   ├── SignatureInvalid         log.signature_invalid
    │   ├── SignatureMissing         log.signature_missing
    │   └── LogContradicted          log.contradicted
    │       └── LogRolledBack        log.rolled_back
    └── DependencyMissing            dependency.missing

A code never changes its meaning; `docs/errors.md` explains each one, and a test fails where it does not.
"""

from collections.abc import Iterator

from memory.errors.inputs import (
    AmbiguousService,
    BlobErased,
    Conflict,
    EngineTaken,
    IdempotencyMismatch,
    InputTooLarge,
    InvalidEncoding,
    InvalidInput,
    InvalidSettings,
    InvalidWindow,
    LeadershipLost,
    LogKeyWrong,
    NotFound,
    PayloadInvalid,
    RaceLost,
    RunbookInvalid,
    RunbookOnlySuggests,
    UnderHold,
    UnknownService,
)
from memory.errors.models import (
    ModelDenied,
    ModelFailing,
    ModelOverBudget,
    ModelRateLimited,
    ModelRefused,
    ModelRejected,
    ModelStopped,
    ModelTimedOut,
    ModelUnavailable,
    ModelUnreachable,
    ModelUnreadable,
    RecallTaken,
    RecallUnavailable,
)
from memory.errors.permission import (
    AccountUnknown,
    ActionsStopped,
    AlreadyDecided,
    ApprovalExpired,
    ApprovalRefused,
    AssuranceTooLow,
    AuthenticationFailed,
    BreakGlassRefused,
    BudgetSpent,
    CredentialRefused,
    DigestMismatch,
    GrantOutdated,
    GrantRefused,
    LimitExceeded,
    OutcomeUnknown,
    PolicyChangedSince,
    PolicyDenied,
    PolicyInvalid,
    QueueFull,
    SelfApproval,
    SpokenCodeRefused,
    StatementInvalid,
    StatementSpent,
    TokenInvalid,
)
from memory.errors.root import QuarterdeckError
from memory.errors.storage import (
    DependencyMissing,
    LogContradicted,
    LogCorrupt,
    LogMalformed,
    LogRolledBack,
    OutOfTouch,
    ProofInvalid,
    SignatureInvalid,
    SignatureMissing,
    StoreUnavailable,
    TenantMismatch,
)
from memory.errors.systems import (
    ConnectorBusy,
    ConnectorError,
    ConnectorRejected,
    ConnectorUnreachable,
    PermissionMissing,
    QueryRejected,
    ResponseTooLarge,
    SlackBusy,
    SlackChannelClosed,
    SlackError,
    SlackMessageGone,
    SlackNotInstalled,
    SlackRejected,
    SlackScopeMissing,
    SlackTokenInvalid,
    SlackUnreachable,
    TeamsBusy,
    TeamsError,
    TeamsGone,
    TeamsRejected,
    TeamsUnreachable,
    ToolChanged,
    VersionUnsupported,
)

__all__ = [
    "AccountUnknown",
    "ActionsStopped",
    "AlreadyDecided",
    "AmbiguousService",
    "ApprovalExpired",
    "ApprovalRefused",
    "AssuranceTooLow",
    "AuthenticationFailed",
    "BlobErased",
    "BreakGlassRefused",
    "BudgetSpent",
    "Conflict",
    "ConnectorBusy",
    "ConnectorError",
    "ConnectorRejected",
    "ConnectorUnreachable",
    "CredentialRefused",
    "DependencyMissing",
    "DigestMismatch",
    "EngineTaken",
    "GrantOutdated",
    "GrantRefused",
    "IdempotencyMismatch",
    "InputTooLarge",
    "InvalidEncoding",
    "InvalidInput",
    "InvalidSettings",
    "InvalidWindow",
    "LeadershipLost",
    "LimitExceeded",
    "LogContradicted",
    "LogCorrupt",
    "LogKeyWrong",
    "LogMalformed",
    "LogRolledBack",
    "ModelDenied",
    "ModelFailing",
    "ModelOverBudget",
    "ModelRateLimited",
    "ModelRefused",
    "ModelRejected",
    "ModelStopped",
    "ModelTimedOut",
    "ModelUnavailable",
    "ModelUnreachable",
    "ModelUnreadable",
    "NotFound",
    "OutOfTouch",
    "OutcomeUnknown",
    "PayloadInvalid",
    "PermissionMissing",
    "PolicyChangedSince",
    "PolicyDenied",
    "PolicyInvalid",
    "ProofInvalid",
    "QuarterdeckError",
    "QueryRejected",
    "QueueFull",
    "RaceLost",
    "RecallTaken",
    "RecallUnavailable",
    "ResponseTooLarge",
    "RunbookInvalid",
    "RunbookOnlySuggests",
    "SelfApproval",
    "SignatureInvalid",
    "SignatureMissing",
    "SlackBusy",
    "SlackChannelClosed",
    "SlackError",
    "SlackMessageGone",
    "SlackNotInstalled",
    "SlackRejected",
    "SlackScopeMissing",
    "SlackTokenInvalid",
    "SlackUnreachable",
    "SpokenCodeRefused",
    "StatementInvalid",
    "StatementSpent",
    "StoreUnavailable",
    "TeamsBusy",
    "TeamsError",
    "TeamsGone",
    "TeamsRejected",
    "TeamsUnreachable",
    "TenantMismatch",
    "TokenInvalid",
    "ToolChanged",
    "UnderHold",
    "UnknownService",
    "VersionUnsupported",
    "every_error",
]


def every_error(root: type[QuarterdeckError] = QuarterdeckError) -> Iterator[type[QuarterdeckError]]:
    """Yield the error classes below `root`, depth first."""
    for child in root.__subclasses__():
        yield child
        yield from every_error(child)
