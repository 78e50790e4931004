"""Who we are in Microsoft's cloud, and where its services are. Pure.

Source: learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication.
"""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

FILE_HOSTS: Final = (".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us")  # where Teams keeps files
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Cloud:
    """Where tokens come from, those that Teams shows us and those that we show Teams."""

    issuer: str = "https://api.botframework.com"
    metadata: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    login: str = "https://login.microsoftonline.com"
    scope: str = "https://api.botframework.com/.default"
    graph: str = "https://graph.microsoft.com"


US_GOVERNMENT: Final = Cloud(
    issuer="https://api.botframework.us",
    metadata="https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    login="https://login.microsoftonline.us",
    scope="https://api.botframework.us/.default",
    graph="https://graph.microsoft.us",
)
CLOUDS: Final = {"public": Cloud(), "us_government": US_GOVERNMENT}


@dataclass(frozen=True)
class App:
    """The bot as it is registered with Microsoft: its app id and secret, and the Entra tenant it is registered in.

    `tenants` are the Entra tenants whose people are listened to. Without an `id` anybody is taken at their word:
    only settings for development can say so.
    """

    id: str
    home: str
    secret: SecretStr = field(default_factory=lambda: SecretStr(""))
    tenants: frozenset[str] = frozenset()
    cloud: Cloud = field(default_factory=Cloud)


def secure(url: str) -> bool:
    """Return whether an address is reached over TLS, or is on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (parts.scheme == "https" and bool(parts.hostname)) or (
        parts.scheme == "http" and parts.hostname in _HERE
    )
