"""What the library comes in and goes out by: its own checks, over keys that we fetch, and connections of ours.

By itself it would fetch keys, and send, by calls that block or have no time limit.
"""

from dataclasses import dataclass
from typing import Final

from botbuilder.schema import Activity, ResourceResponse
from botframework.connector.auth import (
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    ClaimsIdentity,
    PasswordServiceClientCredentialFactory,
)
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.authentication_constants import AuthenticationConstants
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor

from bot.surfaces.teams.calling import Calls
from bot.surfaces.teams.cloud import App
from bot.surfaces.teams.metadata import Metadata, endorsements

ENTRA: Final = "quarterdeck-entra"  # a claim of ours: whose pace a call is counted in


class Doors(BotFrameworkAuthentication):
    """The library's own checks, over keys that are fetched by us, with connections that are ours."""

    def __init__(self, app: App, metadata: Metadata, calls: Calls) -> None:
        self._calls = calls
        # By this URL the library looks for keys in its cache first, and so never fetches any itself.
        JwtTokenExtractor.metadataCache[metadata.url] = _Keys(metadata)
        self._theirs = BotFrameworkAuthenticationFactory.create(
            to_channel_from_bot_login_url=app.cloud.login,
            to_channel_from_bot_oauth_scope=app.cloud.scope,
            to_bot_from_channel_token_issuer=app.cloud.issuer,
            to_bot_from_channel_open_id_metadata_url=metadata.url,
            to_bot_from_emulator_open_id_metadata_url=metadata.url,
            oauth_url=AuthenticationConstants.OAUTH_URL,
            caller_id="",
            credential_factory=PasswordServiceClientCredentialFactory(
                app.id, app.secret.get_secret_value(), app.home
            ),
        )

    async def authenticate_request(self, activity: Activity, auth_header: str | None) -> AuthenticateRequestResult:
        """Return what the library makes of a request; raises `PermissionError`."""
        found = await self._theirs.authenticate_request(activity, auth_header)
        told = activity.channel_data if isinstance(activity.channel_data, dict) else {}
        tenant = told.get("tenant")
        found.claims_identity.claims[ENTRA] = str(tenant.get("id", "")) if isinstance(tenant, dict) else ""
        found.connector_factory = self.create_connector_factory(found.claims_identity)
        return found

    async def authenticate_streaming_request(self, *_: object) -> AuthenticateRequestResult:
        """Raise `PermissionError`: nothing comes this way."""
        raise PermissionError("expected a request of its own for each activity, found a stream")

    async def authenticate_channel_request(self, *_: object) -> ClaimsIdentity:
        """Raise `PermissionError`: nothing comes this way."""
        raise PermissionError("expected an activity, found another request")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        """Return what makes connections of ours."""
        return _Connectors(self._calls, str(claims_identity.claims.get(ENTRA, "")))

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Return none: nobody signs in at Microsoft here."""

    def create_bot_framework_client(self) -> None:
        """Return none: no other bots are spoken to."""

    def get_originating_audience(self) -> str:
        """Return whom our own tokens are for."""
        return str(self._theirs.get_originating_audience())


class _Connectors(ConnectorFactory):
    """Makes what the library sends by."""

    def __init__(self, calls: Calls, tenant: str) -> None:
        self._calls = calls
        self._tenant = tenant

    async def create(self, service_url: str, *_: object) -> "_Connector":
        return _Connector(_Conversations(self._calls, self._tenant, service_url))


@dataclass(frozen=True)
class _Connector:
    """As much of the library's `ConnectorClient` as its adapter uses."""

    conversations: "_Conversations"


class _Conversations:
    """As much of the library's `ConversationsOperations` as its adapter uses, by calls of ours."""

    def __init__(self, calls: Calls, tenant: str, service_url: str) -> None:
        self._calls = calls
        self._tenant = tenant
        self._service_url = service_url

    async def send_to_conversation(self, conversation: str, activity: Activity) -> ResourceResponse:
        return await self._write("POST", conversation, activity)

    async def reply_to_activity(self, conversation: str, to: str, activity: Activity) -> ResourceResponse:
        return await self._write("POST", conversation, activity, to)

    async def update_activity(self, conversation: str, which: str, activity: Activity) -> ResourceResponse:
        return await self._write("PUT", conversation, activity, which)

    async def _write(self, method: str, conversation: str, activity: Activity, *which: str) -> ResourceResponse:
        path = ("conversations", conversation, "activities", *which)
        said = await self._calls.call(
            self._tenant, self._service_url, method, *path, thread=conversation, body=activity.serialize()
        )
        return ResourceResponse(id=said.get("id"))


class _Keys:
    """What the library takes for its own cache of keys."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    async def get(self, key_id: str) -> "_Key":
        key = await self._metadata.key(key_id)
        if key is None:
            raise PermissionError("expected a key that is published, found another")
        return _Key(key.public_key, sorted(endorsements(key)))


@dataclass(frozen=True)
class _Key:
    public_key: object
    endorsements: list[str]
