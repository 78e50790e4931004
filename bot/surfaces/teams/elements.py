"""Elements of an Adaptive Card, 1.5 at most, in which no text is ever parsed.

Every word is a `TextRun`: unlike a `TextBlock` and a message's text, it knows no markdown, so that a log line can
forge no link and hide no letter. Source: adaptivecards.io/schemas/adaptive-card.json; pure.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from bot.surfaces.prose import visible
from bot.surfaces.teams.limits import CARD_TEXT, REFRESHED, cut
from memory.model.value import JsonValue

Element: TypeAlias = dict[str, JsonValue]
Run: TypeAlias = dict[str, JsonValue]
Look: TypeAlias = Literal["positive", "destructive", "default"]

SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION: Final = "1.5"
CONTENT_TYPE: Final = "application/vnd.microsoft.card.adaptive"
LABEL: Final = 60  # letters of a button


def words(
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    code: bool = False,
    struck: bool = False,
    quiet: bool = False,
) -> Run:
    """Return text as it is."""
    run: Run = {"type": "TextRun", "text": cut(visible(text), CARD_TEXT)}
    run |= {"weight": "Bolder"} if bold else {}
    run |= {"italic": True} if italic else {}
    run |= {"fontType": "Monospace"} if code else {}
    run |= {"strikethrough": True} if struck else {}
    return run | ({"isSubtle": True} if quiet else {})


def link(url: str, text: str) -> Run:
    """Return text that opens an address; whether it may lead there is for `bot.surfaces.links` to say."""
    return words(text) | {"selectAction": {"type": "Action.OpenUrl", "url": url}}


def line(runs: Iterable[Run], *, spaced: bool = False) -> Element:
    """Return a paragraph; runs without a letter are left out."""
    shown: list[JsonValue] = [run for run in runs if run["text"]]
    return {"type": "RichTextBlock", "inlines": shown, "spacing": "Medium" if spaced else "Small"}


def heading(text: str) -> Element:
    """Return a title."""
    return line([words(text, bold=True) | {"size": "Large"}])


def quote(text: str) -> Element:
    """Return what somebody else wrote, set apart."""
    return {"type": "Container", "style": "emphasis", "items": [line([words(text, code=True)])]}


def asked(name: str, placeholder: str, most: int) -> Element:
    """Return a field to write in, which is sent with whichever button is pressed."""
    return {
        "type": "Input.Text",
        "id": name,
        "placeholder": placeholder,
        "maxLength": most,
        "isMultiline": True,
        "spacing": "Medium",
    }


def field(name: str, label: str, value: str) -> Element:
    """Return a field of one line with what stands in it, under its label."""
    return {
        "type": "Input.Text",
        "id": name,
        "label": cut(visible(label), LABEL),
        "value": cut(visible(value), CARD_TEXT),
        "spacing": "Small",
    }


def execute(label: str, verb: str, data: dict[str, JsonValue], look: Look = "default") -> Element:
    """Return a button that comes back to us."""
    pressed: Element = {"type": "Action.Execute", "title": _label(label), "verb": verb, "data": data}
    return pressed if look == "default" else pressed | {"style": look}


def opens(label: str, url: str) -> Element:
    """Return a button that opens an address."""
    return {"type": "Action.OpenUrl", "title": _label(label), "url": url}


def card(
    body: Iterable[Element],
    actions: Sequence[Element] = (),
    *,
    refresh: Element | None = None,
    people: Sequence[str] = (),
) -> Element:
    """Return a card. Teams asks for a view of their own when one of these `people`, by its names, looks at it."""
    shown: list[JsonValue] = [each for each in body if each.get("inlines", True)]
    made: Element = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": VERSION, "body": shown}
    made |= {"msteams": {"width": "Full"}}
    if actions:
        made["actions"] = [*actions]
    if refresh is not None and people:
        made["refresh"] = {"action": refresh, "userIds": [*people[-REFRESHED:]]}
    return made


def moment(at: datetime) -> str:
    """Return a time in words."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _label(text: str) -> str:
    return cut(" ".join(visible(text).split()), LABEL) or "…"
