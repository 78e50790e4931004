"""The package that an administrator of Teams uploads: the manifest and the icons. Pure; the same twice.

Source: developer.microsoft.com/json-schemas/teams/v1.16/MicrosoftTeams.schema.json.
"""

import json
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.surfaces.teams.icons import ACCENT, colour, outline
from memory.errors import InvalidSettings
from memory.model.value import JsonValue

VERSION: Final = "1.16"
SHORT: Final = 30  # letters of the name
_WHEN: Final = (2026, 1, 1, 0, 0, 0)
_COMMANDS: Final = (
    ("how are things?", "What is going on, with evidence"),
    ("what is wrong with checkout?", "One service, with evidence"),
    ("link", "In a chat of our own: tell Quarterdeck who you are"),
)


def package(app: str, public_url: str, name: str, version: str) -> bytes:
    """Return the package as a ZIP file; raises `InvalidSettings` without an app id or an address over TLS."""
    parts = urlsplit(public_url)
    if not app or parts.scheme != "https" or not parts.hostname:
        raise InvalidSettings(
            "expected teams_app_id and a public_url over https, found none",
            hint="Register the bot first: docs/teams.md",
        )
    files = {
        "manifest.json": json.dumps(manifest(app, public_url, name, version), indent=2).encode(),
        "color.png": colour(),
        "outline.png": outline(),
    }
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for each, content in files.items():
            archive.writestr(ZipInfo(each, _WHEN), content, ZIP_DEFLATED)
    return packed.getvalue()


def manifest(app: str, public_url: str, name: str, version: str) -> dict[str, JsonValue]:
    """Return what the package says of the app."""
    commands: list[JsonValue] = [{"title": title, "description": says} for title, says in _COMMANDS]
    scopes: list[JsonValue] = ["personal", "team", "groupChat"]
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json",
        "manifestVersion": VERSION,
        "version": version,
        "id": app,
        "developer": {
            "name": name[:32],
            "websiteUrl": public_url,
            "privacyUrl": f"{public_url}/console/",
            "termsOfUseUrl": f"{public_url}/console/",
        },
        "name": {"short": name[:SHORT], "full": name[:100]},
        "description": {
            "short": "Evidence, plans and approvals for the people on call.",
            "full": "Ask how things are, and get an answer with evidence. Ask for a change, and get a plan that "
            "others approve, exactly as it will run.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": app,
                "scopes": scopes,
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [{"scopes": scopes, "commands": commands}],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [str(urlsplit(public_url).hostname)],
    }
