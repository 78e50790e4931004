"""The manifest of the app, from which Slack makes it: docs.slack.dev/reference/app-manifest. Pure."""

from typing import Final

from bot.surfaces.slack.installing.scopes import EVENTS, WAR_ROOM_EVENTS, needed
from memory.model.value import JsonValue

COMMAND: Final = "/qd"
SHORTCUTS: Final = {
    "explain_alert": "Explain this alert",
    "open_incident": "Open an incident from this",
    "note_message": "Add to the incident",
}
DESCRIPTION: Final = "Answers with evidence, proposes plans, and carries out what people approve"


def manifest(
    url: str, *, name: str = "Quarterdeck", socket: bool = False, audio: bool = False, war_rooms: bool = False
) -> dict[str, JsonValue]:
    """Return the manifest of an app that reaches us at `url`, or by Socket Mode."""
    address = f"{url}/slack/events"
    reached: dict[str, JsonValue] = {} if socket else {"request_url": address}
    command: dict[str, JsonValue] = {
        "command": COMMAND,
        "description": "Ask, look at plans, link your account",
        "usage_hint": "help",
        "should_escape": True,
    }
    events: list[JsonValue] = sorted([*EVENTS, *(WAR_ROOM_EVENTS if war_rooms else ())])
    shortcuts: list[JsonValue] = [
        {"name": label, "type": "message", "callback_id": callback, "description": label}
        for callback, label in SHORTCUTS.items()
    ]
    scopes: list[JsonValue] = [*sorted(needed(audio=audio, war_rooms=war_rooms))]
    oauth: dict[str, JsonValue] = {"scopes": {"bot": scopes}}
    if not socket:
        oauth["redirect_urls"] = [f"{url}/slack/installed"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": name, "description": DESCRIPTION},
        "features": {
            "agent_view": {"agent_description": DESCRIPTION},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "shortcuts": shortcuts,
            "slash_commands": [command | ({} if socket else {"url": address})],
            "unfurl_domains": [_domain(url)],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {**reached, "bot_events": events},
            "interactivity": {"is_enabled": True, **reached},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": not socket,
        },
    }


def reasons(*, audio: bool = False, war_rooms: bool = False) -> dict[str, str]:
    """Return what each scope and each event is for."""
    return {**needed(audio=audio, war_rooms=war_rooms), **EVENTS, **(WAR_ROOM_EVENTS if war_rooms else {})}


def _domain(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition(":")[0]
