"""What cannot be kept, and what was kept and cannot be believed."""

from memory.errors.root import QuarterdeckError


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
