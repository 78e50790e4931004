"""Signing in at an OpenID provider: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636)."""

from bot.identity.oidc.client import ClientSettings
from bot.identity.oidc.flow import SignOn
from bot.identity.oidc.provider import Provider

__all__ = ["ClientSettings", "Provider", "SignOn"]
