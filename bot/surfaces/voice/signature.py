"""Whether a request is from the telephone provider: Twilio's signature over the address it was sent to. Pure.

Source: twilio.com/docs/usage/security, "Validating requests"; of a WebSocket, its address in the TwiML.
"""

import hmac
from base64 import b64encode
from hashlib import sha1


def signature_of(token: str, address: str) -> str:
    """Return the signature of a request without a body: HMAC-SHA1, in base64."""
    return b64encode(hmac.new(token.encode(), address.encode(), sha1).digest()).decode()


def is_signed(given: str, token: str, address: str) -> bool:
    """Return whether a request for this address carries its signature. Without a token nothing is signed."""
    return bool(token) and hmac.compare_digest(given.encode(), signature_of(token, address).encode())
