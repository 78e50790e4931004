"""What the app asks a workspace for, scope by scope and event by event, each with its reason. Nothing else."""

from collections.abc import Mapping
from typing import Final

SCOPES: Final[Mapping[str, str]] = {
    "app_mentions:read": "to be asked by @Quarterdeck in a channel",
    "assistant:write": "for the agent view: what it is doing, prompts to begin with, streamed answers",
    "channels:read": "to tell whether other organisations share a channel, and to find an incident's again",
    "chat:write": "to answer, and to keep a plan's message up to date",
    "commands": "for /qd and the shortcuts on messages",
    "files:write": "to show charts",
    "groups:read": "to tell whether other organisations share a private channel",
    "im:history": "to read what is written to it alone",
    "im:write": "to write to an approver alone",
    "links:read": "to notice links to its own plans and incidents",
    "links:write": "to show what such a link leads to",
    "usergroups:read": "to give roles by user group",
    "users:read": "to tell members from guests and from other organisations",
}
AUDIO: Final[Mapping[str, str]] = {"files:read": "to listen to audio clips that are sent to it"}
WAR_ROOMS: Final[Mapping[str, str]] = {
    "bookmarks:read": "to find the bookmark it made in an incident's channel",
    "bookmarks:write": "to bookmark the incident there",
    "canvases:write": "for the summary that lives in an incident's channel",
    "channels:history": "to write the transcript of an incident's channel",
    "channels:manage": "to open an incident's channel, name it, invite to it, and archive it",
    "pins:read": "to notice what people pin there, for the incident's timeline",
    "pins:write": "to pin the plan there",
}
EVENTS: Final[Mapping[str, str]] = {
    "app_context_changed": "what the person looks at beside the agent view",
    "app_home_opened": "to show the home tab, and to begin in the agent view",
    "app_mention": "to be asked in a channel",
    "app_uninstalled": "to forget the workspace",
    "link_shared": "to show what a link of ours leads to",
    "message.im": "to be asked in a direct message or in the agent view",
    "subteam_created": "to know user groups",
    "subteam_members_changed": "to give and take roles at once when a group changes",
    "subteam_updated": "to know user groups",
    "tokens_revoked": "to forget the workspace",
    "user_change": "to notice that somebody became a guest or left",
}
WAR_ROOM_EVENTS: Final[Mapping[str, str]] = {
    "message.channels": "for the transcript of an incident's channel",
    "pin_added": "to put what people pin in an incident's channel into its timeline",
    "channel_archive": "to notice that an incident's channel was archived",
}


def needed(*, audio: bool, war_rooms: bool) -> Mapping[str, str]:
    """Return the scopes that are needed, with their reasons."""
    return {**SCOPES, **(AUDIO if audio else {}), **(WAR_ROOMS if war_rooms else {})}
