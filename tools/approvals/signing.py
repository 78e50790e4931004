"""Who signs statements: a person with a key of their own, or the log's key for what the platform saw. Pure."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from memory.canonical import canonical
from memory.log.identity import LogKey
from memory.model.approval import Assurance
from tools.approvals.envelope import Envelope, pae
from tools.approvals.verifying import PublicKey, check_ed25519

ENROLMENT = b"quarterdeck enrolment v1\n"


def signed(payload: bytes, credential: str, private: Ed25519PrivateKey) -> Envelope:
    """Return the envelope of a person who signs with their own key."""
    return Envelope(payload, credential, private.sign(pae(payload)))


class Attester:
    """Signs with the log's key what the platform saw people do.

    A checkpoint begins with its log's name and ends with a newline, a PAE does neither: no signature over one is
    one over the other.
    """

    def __init__(self, key: LogKey) -> None:
        self._key = key

    def attest(self, payload: bytes, tenant: str) -> Envelope:
        """Return the envelope of a platform-attested approval."""
        signer = self._key.signer(tenant)
        return Envelope(payload, str(signer.key), signer.sign(pae(payload).decode()).value)

    def public(self, tenant: str) -> dict[str, PublicKey]:
        """Return the key that verifies them, by its name."""
        key = self._key.signer(tenant).key
        return {str(key): PublicKey(assurance=Assurance.CHAT, public=key.public)}


def enrolment(tenant: str, holder: str, public: bytes) -> bytes:
    """Return what a person signs to show that they have the key they enrol."""
    return ENROLMENT + canonical({"tenant": tenant, "holder": holder, "public": b64encode(public).decode()})


def check_enrolment(tenant: str, holder: str, public: bytes, signature: bytes) -> None:
    """Return when this person's enrolment of this key is signed with it; raises `StatementInvalid`."""
    check_ed25519(enrolment(tenant, holder, public), signature, public)
