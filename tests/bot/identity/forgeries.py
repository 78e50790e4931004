"""What nobody must get away with: claims that are not for a sign-in, signatures that are not the provider's."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.fakes.oidc import CLIENT, KEYS, SECRET, Claims

Twist = Callable[[Claims], Claims]
TWISTS: dict[str, Twist] = {
    "nonce": lambda claims: claims | {"nonce": "another"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "issuer": lambda claims: claims | {"iss": "https://evil.test"},
    "audience": lambda claims: claims | {"aud": "another"},
    "audiences besides": lambda claims: claims | {"aud": [CLIENT, "another"], "azp": CLIENT},
    "audiences without ours": lambda claims: claims | {"aud": ["another"], "azp": CLIENT},
    "authorized party": lambda claims: claims | {"azp": "another"},
    "expired": lambda claims: claims | {"exp": claims["iat"] - 31},
    "expiry is no number": lambda claims: claims | {"exp": "never"},
    "expiry is not a number": lambda claims: claims | {"exp": float("nan")},
    "no expiry": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "from the future": lambda claims: claims | {"iat": claims["iat"] + 31},
    "not yet": lambda claims: claims | {"nbf": claims["iat"] + 31},
    "old": lambda claims: claims | {"iat": claims["iat"] - 631},
    "no issue time": lambda claims: {name: value for name, value in claims.items() if name != "iat"},
    "no subject": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    "strange subject": lambda claims: claims | {"sub": "a b\n"},
    "subject is no text": lambda claims: claims | {"sub": 7},
    "other access token": lambda claims: claims | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


def _part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


Forge = Callable[[Claims], str]


def _by_hand(header: dict[str, object], claims: Claims, key: bytes) -> str:
    signed = f"{_part(header)}.{_part(claims)}"
    mac = hmac.digest(key, signed.encode(), hashlib.sha256)
    return f"{signed}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


FORGERIES: dict[str, Forge] = {
    "alg none": lambda claims: f"{_part({'alg': 'none', 'kid': 'first'})}.{_part(claims)}.",
    "alg None, spelled otherwise": lambda claims: f"{_part({'alg': 'nOnE', 'kid': 'first'})}.{_part(claims)}.",
    "no signature": lambda claims: f"{_part({'alg': 'RS256', 'kid': 'first'})}.{_part(claims)}.",
    "HS256 with our secret": lambda claims: _by_hand({"alg": "HS256", "kid": "first"}, claims, SECRET.encode()),
    "HS256 with the public key": lambda claims: _by_hand(
        {"alg": "HS256", "kid": "first"}, claims, KEYS[0].as_pem(private=False)
    ),
    "an unknown key": lambda claims: jwt.encode({"alg": "RS256", "kid": "never published"}, claims, KEYS[2]),
    "a known name, another key": lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, KEYS[2]),
    "a key of its own": lambda claims: jwt.encode(
        {"alg": "RS256", "jwk": KEYS[2].as_dict(private=False)}, claims, KEYS[2]
    ),
    "another algorithm": lambda claims: jwt.encode(
        {"alg": "PS256", "kid": "first"},
        claims,
        RSAKey.import_key(KEYS[0].as_pem(private=True)),
        algorithms=["PS256"],
    ),
    "no token": lambda _: "x",
    "a kid that is no text": lambda claims: f"{_part({'alg': 'RS256', 'kid': 7})}.{_part(claims)}.AAAA",
    "a critical header nobody knows": lambda claims: (
        f"{_part({'alg': 'RS256', 'kid': 'first', 'crit': ['x'], 'x': 1})}.{_part(claims)}.AAAA"
    ),
    "claims that are none": lambda _: f"{_part({'alg': 'RS256', 'kid': 'first'})}.{_part([1])}.AAAA",
}
