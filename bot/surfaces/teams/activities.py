"""What comes from Teams, as far as it matters here. Whatever else an activity says is left alone. Pure.

Source: github.com/microsoft/botframework-sdk, specs/botframework-activity.
"""

import json
import re
from typing import Any

from pydantic import Field, ValidationError

from memory.errors import InvalidInput
from memory.model.value import JsonValue, Value

_AT = re.compile(r"</?at(?:\s[^>]*)?>", re.IGNORECASE)


class Incoming(Value):
    """One activity. `sender` and `bot` are what Teams calls them; `person` is the sender's Entra object id.

    `conversation` names the thread too, in channels. `direct`: between the person and us alone.
    """

    type: str
    id: str = ""
    name: str = ""
    action: str = ""
    channel: str = ""
    service_url: str = ""
    tenant: str = ""
    conversation: str = ""
    direct: bool = False
    sender: str = ""
    sender_name: str = ""
    person: str = ""
    bot: str = ""
    text: str = ""
    value: dict[str, JsonValue] = Field(default_factory=dict)
    reply_to: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def parsed(body: bytes) -> dict[str, Any]:
    """Return the body as an object of JSON; raises `InvalidInput`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidInput("expected an activity as JSON, found something else") from None
    if not isinstance(found, dict):
        raise InvalidInput("expected an activity as an object of JSON, found something else")
    return found


def incoming(activity: dict[str, Any]) -> Incoming:
    """Return the activity as it is worked with; raises `InvalidInput`."""
    conversation, sender = _object(activity, "conversation"), _object(activity, "from")
    recipient, data = _object(activity, "recipient"), _object(activity, "channelData")
    tenant = _text(_object(data, "tenant"), "id") or _text(conversation, "tenantId")
    try:
        return Incoming(
            type=_text(activity, "type"),
            id=_text(activity, "id"),
            name=_text(activity, "name"),
            action=_text(activity, "action"),
            channel=_text(activity, "channelId"),
            service_url=_text(activity, "serviceUrl"),
            tenant=tenant,
            conversation=_text(conversation, "id"),
            direct=_text(conversation, "conversationType") == "personal",
            sender=_text(sender, "id"),
            sender_name=_text(sender, "name"),
            person=_text(sender, "aadObjectId"),
            bot=_text(recipient, "id"),
            text=said(activity),
            value=_object(activity, "value"),
            reply_to=_text(activity, "replyToId"),
            added=_ids(activity, "membersAdded"),
            removed=_ids(activity, "membersRemoved"),
        )
    except ValidationError as error:
        where = error.errors(include_input=False, include_url=False)[0]["loc"]
        raise InvalidInput(f"expected an activity, found another thing at {where}") from None


def said(activity: dict[str, Any]) -> str:
    """Return the words of an activity: the mention of us left out, other people called by their names."""
    text, recipient = _text(activity, "text"), _object(activity, "recipient")
    bot = _text(recipient, "id")
    entities = activity.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        mentioned = _object(entity, "mentioned") if isinstance(entity, dict) else {}
        marked = _text(entity, "text") if isinstance(entity, dict) else ""
        if marked and bot and _text(mentioned, "id") == bot:
            text = text.replace(marked, " ", 1)
    if name := _text(recipient, "name"):
        text = text.replace(f"<at>{name}</at>", " ", 1)
    return _AT.sub("", text).replace("\xa0", " ").replace("&nbsp;", " ").strip()


def _object(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _ids(found: dict[str, Any], name: str) -> tuple[str, ...]:
    listed = found.get(name)
    people = listed if isinstance(listed, list) else ()
    return tuple(_text(each, "id") for each in people if isinstance(each, dict))
