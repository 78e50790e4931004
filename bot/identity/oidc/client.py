"""What Quarterdeck is to an OpenID provider, as the settings say."""

from dataclasses import dataclass, field

from pydantic import SecretStr

# Signatures by a key pair. Never `none`, and never one that our own secret or a public key as text could make.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


@dataclass(frozen=True)
class ClientSettings:
    """`required` are claims that have to have these values, such as the provider's own tenant."""

    issuer: str
    client_id: str
    redirect_uri: str
    secret: SecretStr = field(default_factory=lambda: SecretStr(""))
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    name_claim: str = "preferred_username"
    audiences: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    required: dict[str, str] = field(default_factory=dict)
    label: str = "Single sign-on"
