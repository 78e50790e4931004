"""Which keys may have signed an approval: those of a credential, or those that the log's entries tell of. Pure.

With the entries of the log and an envelope, nothing else is needed to tell whether an approval holds.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable

from memory.errors import StatementInvalid
from memory.log.keys import VerifierKey
from memory.model.approval import Assurance
from memory.model.bodies import Body, CredentialChanged, KeyChanged
from memory.model.credential import Credential
from tools.approvals.verifying import PublicKey


def public_key(credential: Credential, pseudonym: str) -> PublicKey:
    """Return what verifies a credential's signatures; `pseudonym` is its holder's."""
    return PublicKey(
        assurance=credential.form.assurance(),
        public=b64decode(credential.public),
        holder=pseudonym,
        handle=from_base64url(credential.handle),
        site=credential.site,
    )


def keyring(entries: Iterable[tuple[int, Body]], at: int) -> dict[str, PublicKey]:
    """Return the keys that counted at index `at` of a log, whose entries are given with their indices, in order.

    A person's credential counts from "confirmed" until it is "suspended" or "revoked". A key of the log counts
    from when it was in force, so that what an earlier one attested still holds; unless it was revoked, whenever
    that was, for trees as large as this.
    """
    keys: dict[str, PublicKey] = {}
    disbelieved: set[str] = set()
    for index, body in entries:
        if isinstance(body, KeyChanged) and body.change == "revoked":
            disbelieved |= {body.key} if (body.from_size or 0) <= at else set()
        elif index >= at:
            continue
        elif isinstance(body, KeyChanged):
            keys[body.key] = PublicKey(assurance=Assurance.CHAT, public=VerifierKey.parse(body.key).public)
        elif isinstance(body, CredentialChanged) and body.change == "confirmed":
            keys[body.credential] = _of_person(body)
        elif isinstance(body, CredentialChanged):
            keys.pop(body.credential, None)
    return {name: key for name, key in keys.items() if name not in disbelieved}


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url without padding, as WebAuthn writes them; raises `StatementInvalid`."""
    try:
        return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (NotBase64, ValueError):
        raise StatementInvalid("expected base64url, found something else") from None


def standard_base64(text: str) -> str:
    """Return base64url as base64; raises `StatementInvalid`."""
    return b64encode(from_base64url(text)).decode()


def _of_person(body: CredentialChanged) -> PublicKey:
    return PublicKey(
        assurance=body.form.assurance(),
        public=b64decode(body.public),
        holder=body.holder,
        handle=from_base64url(body.handle),
        site=body.site,
    )
