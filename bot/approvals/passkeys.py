"""Statements signed with a passkey: what a browser is asked for, and the envelope that its answer becomes."""

from collections.abc import Iterable

from bot.surfaces.approving import Assertion, PasskeyRequest
from memory.errors import CredentialRefused
from memory.model.approval import Challenge
from memory.model.credential import Credential, CredentialForm, CredentialStanding
from tools.approvals import Envelope
from tools.approvals.envelope import Assertion as Signed
from tools.approvals.envelope import challenge
from tools.approvals.keyring import from_base64url, standard_base64
from tools.approvals.passkeys import request_options

UNKNOWN = "unknown"  # the id of no credential


def require_passkeys(mine: Iterable[Credential], person: str, site: str) -> list[Credential]:
    """Return this person's passkeys that count at this site; raises `CredentialRefused` where there is none."""
    active = [each for each in mine if each.standing() is CredentialStanding.ACTIVE]
    found = [each for each in active if each.form is CredentialForm.PASSKEY and each.site == site]
    if not found:
        raise CredentialRefused(
            f"expected a passkey of {person} that counts, found none",
            hint=f"Enrol one at {site}/console/passkeys, and have an administrator agree to it.",
        )
    return found


def passkey_request(offered: Challenge, passkeys: Iterable[Credential], site: str) -> PasskeyRequest:
    """Return what is to be signed, and what the browser asks the authenticator for."""
    handles = [from_base64url(each.handle) for each in passkeys]
    options = request_options(site, challenge(offered.content.encode()), handles)
    return PasskeyRequest(challenge=offered, options=options)


def passkey_envelope(mine: Iterable[Credential], payload: bytes, assertion: Assertion) -> bytes:
    """Return the envelope of a statement that a passkey signed, which is examined as any other."""
    used = next((each.id for each in mine if each.handle == assertion.handle), UNKNOWN)
    beside = Signed(
        authenticator_data=standard_base64(assertion.authenticator_data),
        client_data=standard_base64(assertion.client_data),
    )
    return Envelope(payload, used, from_base64url(assertion.signature), beside).encode()
