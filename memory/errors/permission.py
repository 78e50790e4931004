"""What may not be done, or may have been done: by whom, under which policy, approval or grant."""

from memory.errors.root import QuarterdeckError


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
