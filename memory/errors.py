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
from typing import Any


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


class AuthenticationFailed(QuarterdeckError):
    """The caller did not prove who they are."""

    code = "auth.failed"


class AccountUnknown(AuthenticationFailed):
    """A platform vouches for an account, but the account is nobody's here."""

    code = "auth.account_unknown"


class TokenInvalid(AuthenticationFailed):
    """What the sign-in provider is said to have issued is not what was asked of it, or not its own."""

    code = "auth.token_invalid"


class PolicyDenied(QuarterdeckError):
    """Policy says no to this person, this tool or these arguments."""

    code = "policy.denied"


class PolicyInvalid(PolicyDenied):
    """The policy set does not parse or does not fit its schema, so everything is denied."""

    code = "policy.invalid"


class ActionsStopped(PolicyDenied):
    """Somebody stopped all actions of the tenant, and nobody has let them go on yet."""

    code = "actions.stopped"
    stop = ""  # the id of the stop that stands


class LimitExceeded(PolicyDenied):
    """As much was spent as may be: the tenant's, the person's or the tool's limit is reached."""

    code = "limit.exceeded"
    limit = ""  # which one, as resource/scope


class BudgetSpent(LimitExceeded):
    """A run has used the time, the calls or the money that its plan gives it."""

    code = "budget.spent"


class QueueFull(LimitExceeded):
    """As many runs wait as may: nothing more is taken before some of them have begun."""

    code = "queue.full"
    retry_after_s = 0.0


class ApprovalRefused(QuarterdeckError):
    """This decision on a plan was not accepted."""

    code = "approval.refused"


class ApprovalExpired(ApprovalRefused):
    """The plan waited longer than its approvals may take."""

    code = "approval.expired"


class DigestMismatch(ApprovalRefused):
    """The decision names another plan than the one that waits."""

    code = "approval.digest_mismatch"


class SelfApproval(ApprovalRefused):
    """The person who asked for the plan tried to approve it."""

    code = "approval.self"


class AlreadyDecided(ApprovalRefused):
    """The plan, or this person's say in it, is already decided."""

    code = "approval.already_decided"


class AssuranceTooLow(ApprovalRefused):
    """Policy asks for a surer approval here than this one: a passkey or a key instead of a click."""

    code = "approval.assurance"


class PolicyChangedSince(ApprovalRefused):
    """The policy in force is not the one that this was shown and decided under."""

    code = "approval.policy_changed"


class SpokenCodeRefused(ApprovalRefused):
    """No code for what was read back here: another one, late, spent, or said too often."""

    code = "approval.spoken_code"


class StatementInvalid(ApprovalRefused):
    """What was signed is not what was shown, or the signature is not that person's."""

    code = "approval.statement_invalid"


class StatementSpent(ApprovalRefused):
    """What was signed has been used already; each statement counts once."""

    code = "approval.statement_spent"


class CredentialRefused(ApprovalRefused):
    """The key or passkey is unknown, nobody agreed to it yet, or it was revoked."""

    code = "approval.credential"


class BreakGlassRefused(ApprovalRefused):
    """Policy does not let this person go ahead alone here, or they gave no reason."""

    code = "approval.break_glass"


class GrantRefused(QuarterdeckError):
    """The right to make one call is unknown, spent, expired or for another call."""

    code = "grant.refused"


class GrantOutdated(GrantRefused):
    """Another policy came into force since the right to make a call was given: it has to be given anew."""

    code = "grant.outdated"


class OutcomeUnknown(QuarterdeckError):
    """Whether a call took effect cannot be found out now; nothing is repeated until it can."""

    code = "outcome.unknown"


class ConnectorError(QuarterdeckError):
    """A system outside did not do what was asked.

    `status` is the HTTP status it answered with, None when it did not answer; `body` is the beginning of what it
    said, which is untrusted and no part of the message. `retry_after_s` is for how long it asked to be left alone.
    """

    code = "connector.failed"
    retry_after_s: float | None = None

    def __init__(self, message: str, *, hint: str = "", status: int | None = None, body: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.body = body


class ConnectorUnreachable(ConnectorError):
    """A system outside could not be reached in time, or its circuit is open."""

    code = "connector.unreachable"
    begun = True  # whether what was asked may have reached it


class ConnectorRejected(ConnectorError):
    """A system outside refused the request."""

    code = "connector.rejected"


class ConnectorBusy(ConnectorRejected):
    """A system outside is asked too often just now, and did nothing."""

    code = "connector.busy"


class PermissionMissing(ConnectorRejected):
    """The account Quarterdeck has in a system outside may not do what is needed; the message names the right."""

    code = "connector.permission_missing"


class VersionUnsupported(ConnectorRejected):
    """A system outside is of a version that cannot be worked with."""

    code = "connector.version_unsupported"


class QueryRejected(ConnectorError):
    """A query did not parse at its data source; the source's own words are in the message."""

    code = "connector.query_rejected"


class ToolChanged(ConnectorError):
    """An imported tool is not what a person agreed to any more; nobody may call it until somebody does again."""

    code = "connector.tool_changed"


class ResponseTooLarge(ConnectorError):
    """A system outside answered with more than the size limit."""

    code = "connector.response_too_large"


class SlackError(QuarterdeckError):
    """Slack did not do what was asked. `error` is Slack's own word for why, empty where it gave none."""

    code = "slack.failed"

    def __init__(self, message: str, *, hint: str = "", error: str = "") -> None:
        super().__init__(message, hint=hint)
        self.error = error


class SlackRejected(SlackError):
    """Slack refused a call, and did nothing."""

    code = "slack.rejected"


class SlackScopeMissing(SlackRejected):
    """The app was installed without a scope that a call needs; the message names it."""

    code = "slack.scope_missing"


class SlackChannelClosed(SlackRejected):
    """The channel is archived, gone, or one that Quarterdeck is not in."""

    code = "slack.channel_closed"


class SlackMessageGone(SlackRejected):
    """The message, or the thread under it, was deleted."""

    code = "slack.message_gone"


class SlackTokenInvalid(SlackError):
    """The token of a workspace is revoked, expired or none; the app has to be installed there again."""

    code = "slack.token_invalid"


class SlackNotInstalled(SlackError):
    """Quarterdeck is not installed in that workspace, or not any more."""

    code = "slack.not_installed"


class SlackBusy(SlackError):
    """As many calls to Slack wait as may, or it asked to be left alone for longer than can be waited."""

    code = "slack.busy"


class SlackUnreachable(SlackError):
    """Slack did not answer in time, or with a fault of its own; whether it did what was asked is not known."""

    code = "slack.unreachable"


class TeamsError(QuarterdeckError):
    """Microsoft Teams did not do what was asked."""

    code = "teams.failed"


class TeamsRejected(TeamsError):
    """Teams refused a call, and did nothing."""

    code = "teams.rejected"


class TeamsGone(TeamsRejected):
    """The conversation or the message is not there any more, or Quarterdeck was removed from it."""

    code = "teams.gone"


class TeamsBusy(TeamsError):
    """As many calls to Teams wait as may, or it asked to be left alone for longer than can be waited."""

    code = "teams.busy"


class TeamsUnreachable(TeamsError):
    """Teams did not answer in time, or with a fault of its own; whether it did what was asked is not known."""

    code = "teams.unreachable"


class ModelUnavailable(QuarterdeckError):
    """No language model answered: each of them hung, refused, answered nonsense or was left alone.

    `tried` holds the attempts where several were made, None where one model was asked directly.
    """

    code = "model.unavailable"
    tried: tuple[Any, ...] | None = None


class ModelTimedOut(ModelUnavailable):
    """The model did not answer in the time it had."""

    code = "model.timed_out"


class ModelUnreachable(ModelUnavailable):
    """There was no connection to the model's provider, or it broke."""

    code = "model.unreachable"


class ModelRateLimited(ModelUnavailable):
    """The provider asks for fewer requests. `retry_after_s` is how long it asked to wait, if it did."""

    code = "model.rate_limited"
    retry_after_s: float | None = None


class ModelFailing(ModelUnavailable):
    """The provider answered with a fault of its own. `retry_after_s` is how long it asked to wait."""

    code = "model.failing"
    retry_after_s: float | None = None


class ModelRejected(ModelUnavailable):
    """The provider takes the request for wrong: too long, an unknown model, a form it does not know."""

    code = "model.rejected"


class ModelDenied(ModelRejected):
    """The key is not good for this provider or this model."""

    code = "model.denied"


class ModelRefused(ModelUnavailable):
    """The model would not say."""

    code = "model.refused"


class ModelUnreadable(ModelUnavailable):
    """What the model said is not in the form it was asked for, or makes no sense here."""

    code = "model.unreadable"


class ModelStopped(ModelUnavailable):
    """Whoever waited for the model's answer stopped it."""

    code = "model.stopped"


class ModelOverBudget(ModelUnavailable):
    """What a tenant lets models cost in a day is spent, or nobody can say how much of it is."""

    code = "model.over_budget"


class RecallUnavailable(QuarterdeckError):
    """The index of what is remembered cannot be reached or read. The texts are in the store; nothing is lost."""

    code = "recall.unavailable"


class RecallTaken(RecallUnavailable):
    """Another process owns the directory of the index."""

    code = "recall.taken"


class StoreUnavailable(QuarterdeckError):
    """The database cannot be reached or has the wrong schema."""

    code = "store.unavailable"


class OutOfTouch(StoreUnavailable):
    """This node has not reached the database for too long to act: the others may count it as gone."""

    code = "node.out_of_touch"


class TenantMismatch(StoreUnavailable):
    """A record was offered to a tenant it does not belong to."""

    code = "store.tenant_mismatch"


class LogCorrupt(QuarterdeckError):
    """What the log holds, or what is said to come from it, is not what it should be: do not believe it."""

    code = "log.corrupt"


class LogMalformed(LogCorrupt):
    """The bytes are not in the one form that the log's format has for them."""

    code = "log.malformed"


class ProofInvalid(LogCorrupt):
    """A proof does not lead to the root it is said to lead to."""

    code = "log.proof_invalid"


class SignatureInvalid(LogCorrupt):
    """A signature by a known key is not over this text."""

    code = "log.signature_invalid"


class SignatureMissing(LogCorrupt):
    """Somebody whose signature is required did not sign."""

    code = "log.signature_missing"


class LogContradicted(LogCorrupt):
    """What a witness has cosigned, or is published, is not the beginning of the log as it is now."""

    code = "log.contradicted"


class LogRolledBack(LogContradicted):
    """A witness has cosigned, or there is published, more of this log than the log itself has."""

    code = "log.rolled_back"


class DependencyMissing(QuarterdeckError):
    """A program or optional package this command needs is not installed."""

    code = "dependency.missing"


def every_error(root: type[QuarterdeckError] = QuarterdeckError) -> Iterator[type[QuarterdeckError]]:
    """Yield the error classes below `root`, depth first, in the order of the tree above."""
    for child in root.__subclasses__():
        yield child
        yield from every_error(child)
