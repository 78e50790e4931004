"""Whether an envelope holds: by its bytes and the public keys alone, so that anybody can tell, anywhere. Pure.

    approval = verify(Envelope.parse(data), keys)

Nothing here knows what was asked for or whether it was used before: that is `tools.approvals.casting`.
"""

from collections.abc import Mapping
from hashlib import sha256

from memory.errors import StatementInvalid
from memory.model.approval import Assurance
from memory.model.value import Digest, Identifier, Value
from tools.approvals.envelope import Envelope, challenge, decoded
from tools.approvals.passkeys import Passkey, check_assertion
from tools.approvals.promotion import Promotion, PromotionStatement, parse_promotion
from tools.approvals.statement import Approval, Statement, parse_statement

ED25519_BYTES = 32


class PublicKey(Value):
    """Who may sign what. `holder` is a pseudonym, and None for the log's key, which attests what it saw of others.

    `public` is the 32 bytes of an Ed25519 key, or a COSE key with the `handle` and the `site` of a passkey.
    """

    assurance: Assurance
    public: bytes
    holder: Identifier | None = None
    handle: bytes = b""
    site: str = ""


class Verified(Value):
    """A statement that its signer signed. `uses` is the counter of a passkey's authenticator, else 0."""

    statement: Statement
    keyid: str
    uses: int = 0


class VerifiedPromotion(Value):
    """A say to a policy that its signer signed. `uses` is as in `Verified`."""

    statement: PromotionStatement
    keyid: str
    uses: int = 0


def verify(
    envelope: Envelope, keys: Mapping[str, PublicKey], event: bytes | None = None, *, uses: int = 0
) -> Verified:
    """Return the statement once its signature holds; raises `StatementInvalid` and says what does not.

    (1) the key is known; (2) the payload is a statement; (3) its level is the key's, and its approver the key's
    holder; (4) the signature is over exactly these bytes; (5) what the platform attests, it kept: the raw `event`,
    where it is given, is the one it says. A passkey's counter has to be beyond `uses`.
    """
    statement = parse_statement(envelope.payload)
    counter = _verified(envelope, keys, statement.predicate, event, uses)
    return Verified(statement=statement, keyid=envelope.keyid, uses=counter)


def verify_promotion(
    envelope: Envelope, keys: Mapping[str, PublicKey], event: bytes | None = None, *, uses: int = 0
) -> VerifiedPromotion:
    """Return the say to a policy once its signature holds; otherwise as `verify`."""
    statement = parse_promotion(envelope.payload)
    counter = _verified(envelope, keys, statement.predicate, event, uses)
    return VerifiedPromotion(statement=statement, keyid=envelope.keyid, uses=counter)


def _verified(
    envelope: Envelope,
    keys: Mapping[str, PublicKey],
    said: Approval | Promotion,
    event: bytes | None,
    uses: int,
) -> int:
    key = keys.get(envelope.keyid)
    if key is None:
        raise StatementInvalid(f"expected a signature by a known key, found {envelope.keyid!r}")
    if said.assurance is not key.assurance and not (key.holder is None and said.assurance is Assurance.SPOKEN):
        raise StatementInvalid(
            f"expected a statement of the level {key.assurance}, which this key can give, found {said.assurance}"
        )
    if (key.holder is None) is not (key.assurance is Assurance.CHAT):
        raise StatementInvalid("expected a person's own key above the level chat, and the log's at it")
    if key.holder is not None and said.approver != key.holder:
        raise StatementInvalid("expected the approver's own signature, found another person's")
    counted = _signed(envelope, key, uses)
    _check_event(said.event, event, attested=key.holder is None)
    return counted


def digest_of(event: bytes) -> Digest:
    """Return what a statement says of a raw event."""
    return sha256(event).hexdigest()


def check_ed25519(message: bytes, signature: bytes, public: bytes) -> None:
    """Return when the signature is over the message; raises `StatementInvalid`."""
    from securesystemslib.exceptions import UnverifiedSignatureError  # slow to load, and seldom needed
    from securesystemslib.signer import Signature, SSlibKey  # type: ignore[attr-defined]  # exported, not by name

    if len(public) != ED25519_BYTES:
        raise StatementInvalid(f"expected an Ed25519 key of {ED25519_BYTES} bytes, found {len(public)}")
    key = SSlibKey("", "ed25519", "ed25519", {"public": public.hex()})
    try:
        key.verify_signature(Signature("", signature.hex()), message)
    except UnverifiedSignatureError:
        raise StatementInvalid(
            "expected a signature over exactly this, found one over something else",
            hint="What was signed, or the signature, was changed after it was made: do not believe it.",
        ) from None


def _signed(envelope: Envelope, key: PublicKey, uses: int) -> int:
    if key.assurance is Assurance.PASSKEY:
        if envelope.assertion is None:
            raise StatementInvalid("expected what the passkey signed beside its signature, found it missing")
        return check_assertion(
            Passkey(public=key.public, handle=key.handle, site=key.site, uses=uses),
            challenge(envelope.payload),
            envelope.signature,
            decoded(envelope.assertion.authenticator_data),
            decoded(envelope.assertion.client_data),
        )
    if envelope.assertion is not None:
        raise StatementInvalid("expected a signature by a key, found a passkey's assertion beside it")
    check_ed25519(envelope.pae(), envelope.signature, key.public)
    return 0


def _check_event(said: str | None, event: bytes | None, *, attested: bool) -> None:
    if attested and said is None:
        raise StatementInvalid("expected the digest of the event that the platform saw, found none")
    if event is not None and said != digest_of(event):
        raise StatementInvalid("expected the event that the platform says it saw, found another")
