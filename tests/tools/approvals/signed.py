"""One approval, signed in each of the three ways, with the keys that verify it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from memory.model.approval import Assurance, Verdict
from memory.model.people import Surface
from tests.fakes.authenticator import Authenticator
from tests.fakes.time import MIDNIGHT
from tests.keys import LOG_KEY, private_key
from tools.approvals import Envelope, PublicKey
from tools.approvals.envelope import Assertion, challenge
from tools.approvals.keyring import from_base64url, standard_base64
from tools.approvals.signing import Attester, signed
from tools.approvals.statement import Approval, Shown, Statement
from tools.approvals.verifying import digest_of

PLAN = "5" * 64
EVENT = b'{"form":{"verdict":"approve"}}'
SITE = "https://quarterdeck.example"
BOB_KEY = private_key("bob")


def predicate(**changes: Any) -> Approval:
    said: dict[str, Any] = {
        "tenant": "acme",
        "run": "run_1",
        "requester": "p_alice",
        "approver": "p_bob",
        "verdict": Verdict.APPROVE,
        "reason": "Looks right",
        "surface": Surface.CONSOLE,
        "assurance": Assurance.KEY,
        "policy_hash": "a" * 64,
        "checkpoint": Shown(origin="quarterdeck.test/acme", size=7, root="b" * 64),
        "issued_at": MIDNIGHT,
        "expires_at": MIDNIGHT + timedelta(minutes=30),
        "nonce": "nonce_1",
    }
    return Approval.model_validate(said | changes)


def statement(**changes: Any) -> Statement:
    return Statement.about(PLAN, predicate(**changes))


@dataclass(frozen=True)
class Case:
    """A signed approval and the keys it is verified with."""

    envelope: Envelope
    keys: dict[str, PublicKey]
    event: bytes | None = None


def by_key(**changes: Any) -> Case:
    public = BOB_KEY.public_key().public_bytes_raw()
    keys = {"credential_1": PublicKey(assurance=Assurance.KEY, public=public, holder="p_bob")}
    return Case(signed(statement(**changes).encode(), "credential_1", BOB_KEY), keys)


def by_chat(**changes: Any) -> Case:
    attester = Attester(LOG_KEY)
    payload = statement(**{"assurance": Assurance.CHAT, "event": digest_of(EVENT), **changes}).encode()
    return Case(attester.attest(payload, "acme"), attester.public("acme"), EVENT)


def by_passkey(authenticator: Authenticator | None = None, origin: str = "", **changes: Any) -> Case:
    used = authenticator or Authenticator(SITE)
    payload = statement(**{"assurance": Assurance.PASSKEY, **changes}).encode()
    answer = used.get(challenge(payload), origin=origin)["response"]
    beside = Assertion(
        authenticator_data=standard_base64(answer["authenticatorData"]),
        client_data=standard_base64(answer["clientDataJSON"]),
    )
    envelope = Envelope(payload, "credential_2", from_base64url(answer["signature"]), beside)
    key = PublicKey(
        assurance=Assurance.PASSKEY, public=used.public(), holder="p_bob", handle=used.handle, site=SITE
    )
    return Case(envelope, {"credential_2": key})
