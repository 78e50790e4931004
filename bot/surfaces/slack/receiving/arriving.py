"""What a delivery from Slack is: an arrival with an id that is the same each time it comes, or nothing. Pure.

A message goes by its channel and time: a mention also comes as a plain message where channels are listened to, and
whichever comes first is the one. Slack's legacy verification token is not kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from bot.surfaces.slack.receiving.wording import mentions, spoken
from memory.model.arrival import Arrival, ArrivalKind

Body: TypeAlias = Mapping[str, Any]

_SAID: Final = frozenset({"", "file_share", "thread_broadcast", "me_message"})  # subtypes of what a person said
_LEFT_OUT: Final = frozenset({"token"})


@dataclass(frozen=True)
class Edited:
    """A message says something else now."""

    id: str
    words: str


@dataclass(frozen=True)
class Withdrawn:
    """A message was deleted."""

    id: str


Delivered: TypeAlias = Arrival | Edited | Withdrawn | None


def delivered(body: Body, tenant: str, now: datetime) -> Delivered:
    """Return what a verified body says; None for what nothing depends on, such as what bots wrote."""
    if body.get("type") == "event_callback":
        return _event(body, tenant, now)
    if "command" in body:
        return _command(body, tenant, now)
    return _interaction(body, tenant, now)


def _event(body: Body, tenant: str, now: datetime) -> Delivered:
    event = body.get("event", {})
    kind = str(event.get("type", ""))
    if kind in {"app_mention", "message"}:
        return _message(body, event, tenant, now)
    user, channel = _id(event.get("user")), _id(event.get("channel")) or _text(event, "channel_id")
    team = _text(body, "team_id")
    ts = _text(event, "message_ts") or _text(event, "ts")
    return Arrival(
        tenant=tenant,
        id=f"event:{team}:{body['event_id']}",
        kind=ArrivalKind.EVENT,
        name=kind,
        team=team,
        enterprise=_text(body, "enterprise_id"),
        user=user,
        channel=channel,
        thread=_text(event, "thread_ts") or ts,
        ts=ts,
        direct=channel.startswith("D"),
        shared=_shared(body),
        payload=dict(event),
        received_at=now,
    )


def _message(body: Body, event: Body, tenant: str, now: datetime) -> Delivered:
    team, channel, subtype = _text(body, "team_id"), _id(event.get("channel")), _text(event, "subtype")
    bot_user = _bot_user(body)
    if subtype == "message_deleted":
        gone = event.get("previous_message", {})
        return None if _by_bot(gone) else Withdrawn(_said(team, channel, _text(event, "deleted_ts")))
    if subtype == "message_changed":
        changed = event.get("message", {})
        if _by_bot(changed) or "edited" not in changed:
            return None  # a preview of a link was added, or a message of ours was brought up to date
        return Edited(_said(team, channel, _text(changed, "ts")), spoken(_text(changed, "text"), bot_user))
    if subtype not in _SAID or _by_bot(event) or not event.get("user"):
        return None
    text, ts = _text(event, "text"), _text(event, "ts")
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    to_us = direct or event["type"] == "app_mention" or mentions(text, bot_user)
    return Arrival(
        tenant=tenant,
        id=_said(team, channel, ts),
        kind=ArrivalKind.MESSAGE if to_us else ArrivalKind.OVERHEARD,
        name=_text(event, "type"),
        team=team,
        enterprise=_text(body, "enterprise_id"),
        user=_text(event, "user"),
        channel=channel,
        thread=_text(event, "thread_ts") or ts,
        ts=ts,
        direct=direct,
        shared=_shared(body),
        text=spoken(text, bot_user),
        payload=dict(event),
        received_at=now,
    )


def _command(body: Body, tenant: str, now: datetime) -> Arrival:
    team, channel, trigger = _text(body, "team_id"), _text(body, "channel_id"), _text(body, "trigger_id")
    return Arrival(
        tenant=tenant,
        id=f"command:{team}:{trigger}",
        kind=ArrivalKind.COMMAND,
        name=_text(body, "command"),
        team=team,
        enterprise=_text(body, "enterprise_id"),
        user=_text(body, "user_id"),
        channel=channel,
        direct=channel.startswith("D"),
        text=spoken(_text(body, "text")),
        trigger=trigger,
        response_url=_text(body, "response_url"),
        payload={name: value for name, value in body.items() if name not in _LEFT_OUT},
        received_at=now,
    )


def _interaction(body: Body, tenant: str, now: datetime) -> Delivered:
    told = _INTERACTIONS.get(_text(body, "type"))
    if told is None:
        return None
    kind, prefix = told
    user = body.get("user", {})
    team = _id(body.get("team")) or _text(user, "team_id")
    container, message = body.get("container", {}), body.get("message", {})
    channel = _id(body.get("channel")) or _text(container, "channel_id")
    ts = _text(container, "message_ts") or _text(message, "ts") or _text(body, "message_ts")
    lasting = "" if container.get("is_ephemeral") else ts
    name, number = _pressed(body)
    return Arrival(
        tenant=tenant,
        id=f"{prefix}:{team}:{_id(user)}:{number}",
        kind=kind,
        name=name,
        team=team,
        enterprise=_id(body.get("enterprise")),
        user=_id(user),
        channel=channel,
        thread=_text(container, "thread_ts") or _text(message, "thread_ts") or lasting,
        ts=ts,
        direct=channel.startswith("D"),
        trigger=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        payload={name: value for name, value in body.items() if name not in _LEFT_OUT},
        received_at=now,
    )


def _pressed(body: Body) -> tuple[str, str]:
    """Return the name of what was pressed or sent, and what tells this time from every other."""
    if actions := body.get("actions"):
        container = body.get("container", {})
        where = _text(container, "message_ts") or _text(container, "view_id")
        return _text(actions[0], "action_id"), f"{_text(actions[0], 'action_ts')}:{where}"
    if view := body.get("view"):
        return _text(view, "callback_id"), f"{_text(view, 'id')}:{_text(view, 'hash')}"
    return _text(body, "callback_id"), _text(body, "trigger_id") or _text(body, "action_ts")


def _said(team: str, channel: str, ts: str) -> str:
    return f"said:{team}:{channel}:{ts}"


def _by_bot(message: Body) -> bool:
    return bool(message.get("bot_id")) or message.get("subtype") == "bot_message"


def _bot_user(body: Body) -> str:
    return next((_text(each, "user_id") for each in body.get("authorizations") or () if each.get("is_bot")), "")


def _shared(body: Body) -> bool | None:
    shared = body.get("is_ext_shared_channel")
    return shared if isinstance(shared, bool) else None


def _text(values: Body, name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _id(value: object) -> str:
    """Return the id of what Slack gives by its id alone, or as an object that has one."""
    if isinstance(value, Mapping):
        return _text(value, "id")
    return value if isinstance(value, str) else ""


_INTERACTIONS: Final = {
    "block_actions": (ArrivalKind.CLICK, "click"),
    "shortcut": (ArrivalKind.SHORTCUT, "shortcut"),
    "message_action": (ArrivalKind.SHORTCUT, "shortcut"),
    "view_submission": (ArrivalKind.SUBMISSION, "submission"),
}
