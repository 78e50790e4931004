"""What comes from Teams, as far as it matters here. Whatever else an activity says is left alone. Pure.

Source: github.com/microsoft/botframework-sdk, specs/botframework-activity.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import Field, ValidationError

from memory.errors import InvalidInput
from memory.model.value import JsonValue, Value

FILE: Final = "application/vnd.microsoft.teams.file.download.info"
_AT = re.compile(r"</?at(?:\s[^>]*)?>", re.IGNORECASE)


class Attached(Value):
    """A file that came with a message: where it is fetched, and its kind, as a media type or an ending."""

    url: str
    kind: str


class Incoming(Value):
    """One activity. `sender` and `bot` are what Teams calls them; `person` is the sender's Entra object id.

    `conversation` names the thread too, in channels. `direct`: between the person and us alone; `named`: we are
    mentioned. `change` is what befell a message that came before.
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
    named: bool = False
    sender: str = ""
    sender_name: str = ""
    person: str = ""
    bot: str = ""
    text: str = ""
    value: dict[str, JsonValue] = Field(default_factory=dict)
    reply_to: str = ""
    change: str = ""
    files: tuple[Attached, ...] = ()
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
            named=_names(activity, _text(recipient, "id")),
            sender=_text(sender, "id"),
            sender_name=_text(sender, "name"),
            person=_text(sender, "aadObjectId"),
            bot=_text(recipient, "id"),
            text=said(activity),
            value=_object(activity, "value"),
            reply_to=_text(activity, "replyToId"),
            change=_text(data, "eventType"),
            files=tuple(_files(activity)),
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
    for entity in _mentions(activity):
        marked = _text(entity, "text")
        if marked and bot and _text(_object(entity, "mentioned"), "id") == bot:
            text = text.replace(marked, " ", 1)
    if name := _text(recipient, "name"):
        text = text.replace(f"<at>{name}</at>", " ", 1)
    return _AT.sub("", text).replace("\xa0", " ").replace("&nbsp;", " ").strip()


def _files(activity: dict[str, Any]) -> Iterator[Attached]:
    attachments = activity.get("attachments")
    for each in attachments if isinstance(attachments, list) else ():
        if not isinstance(each, dict):
            continue
        kind, content = _text(each, "contentType"), _object(each, "content")
        if kind == FILE and _text(content, "downloadUrl"):
            yield Attached(url=_text(content, "downloadUrl"), kind=_text(content, "fileType").lower())
        elif kind.startswith("audio/") and _text(each, "contentUrl"):
            yield Attached(url=_text(each, "contentUrl"), kind=kind)


def _names(activity: dict[str, Any], bot: str) -> bool:
    return any(bot and _text(_object(each, "mentioned"), "id") == bot for each in _mentions(activity))


def _mentions(activity: dict[str, Any]) -> list[dict[str, Any]]:
    entities = activity.get("entities")
    listed = entities if isinstance(entities, list) else []
    return [each for each in listed if isinstance(each, dict) and "mentioned" in each]


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
