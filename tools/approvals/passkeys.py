"""Passkeys (WebAuthn level 2): what a browser is asked for, and whether what came back holds. Pure.

The person has to be there and to be verified (a fingerprint, a PIN) each time. A passkey answers to the one site
it was made for, and its counter never goes back.
"""

import json
from dataclasses import dataclass
from typing import Any

from memory.errors import StatementInvalid
from memory.model.value import JsonValue

NAME = "Quarterdeck"


@dataclass(frozen=True)
class Passkey:
    """A COSE public key with the authenticator's `handle` for it, the origin it answers to, and its counter."""

    public: bytes
    handle: bytes
    site: str
    uses: int = 0


def rp_id(site: str) -> str:
    """Return the relying party's id: the host of an origin such as `https://quarterdeck.example`."""
    _, _, place = site.partition("://")
    return place.partition(":")[0]


def creation_options(site: str, challenge: bytes, holder: str, name: str, known: list[bytes]) -> JsonValue:
    """Return what `navigator.credentials.create` is asked for; `known` handles are not enrolled twice."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=rp_id(site),
        rp_name=NAME,
        user_name=name,
        user_id=holder.encode(),
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return _json(options_to_json(options))


def request_options(site: str, challenge: bytes, handles: list[bytes]) -> JsonValue:
    """Return what `navigator.credentials.get` is asked for."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=rp_id(site),
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in handles],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _json(options_to_json(options))


def check_registration(response: str, challenge: bytes, site: str) -> Passkey:
    """Return the passkey that a browser made for exactly this challenge; raises `StatementInvalid`."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = verify_registration_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=rp_id(site),
            expected_origin=site,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise StatementInvalid(f"expected a new passkey of {site}, found: {_said(error)}") from None
    return Passkey(made.credential_public_key, made.credential_id, site, made.sign_count)


def check_assertion(
    passkey: Passkey, challenge: bytes, signature: bytes, authenticator_data: bytes, client_data: bytes
) -> int:
    """Return the authenticator's counter once the assertion answers exactly this challenge.

    Raises `StatementInvalid`: for another challenge, site or key, a person not verified, a counter that went back.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException
    from webauthn.helpers.structs import AuthenticationCredential, AuthenticatorAssertionResponse

    credential = AuthenticationCredential(
        id=bytes_to_base64url(passkey.handle),
        raw_id=passkey.handle,
        response=AuthenticatorAssertionResponse(
            client_data_json=client_data, authenticator_data=authenticator_data, signature=signature
        ),
    )
    try:
        held = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id(passkey.site),
            expected_origin=passkey.site,
            credential_public_key=passkey.public,
            credential_current_sign_count=passkey.uses,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise StatementInvalid(f"expected this statement signed by the passkey, found: {_said(error)}") from None
    return held.new_sign_count


def _json(text: str) -> JsonValue:
    options: Any = json.loads(text)
    return options  # type: ignore[no-any-return]  # JSON by construction


def _said(error: Exception) -> str:
    return str(error)[:200] if type(error).__module__.startswith("webauthn") else "something that is no passkey's"
