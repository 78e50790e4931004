"""A reply in Teams: the answer with its citations, what it rests on, and what to press next, on cards. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from bot.surfaces.places import Places
from bot.surfaces.prose import POINT, Citation, Passage, cited, measured, passages
from bot.surfaces.teams.elements import (
    CONTENT_TYPE,
    Element,
    Run,
    card,
    execute,
    line,
    link,
    moment,
    opens,
    quote,
    words,
)
from bot.surfaces.teams.limits import CARD_TEXT, MESSAGE_BYTES, cut, pieces
from bot.surfaces.teams.verbs import MADE, Verb
from memory.model.evidence import Evidence
from memory.model.talk import Button, ButtonAction, Reply
from memory.model.value import JsonValue

MOST_EVIDENCE: Final = 10
LONGEST_QUOTE: Final = 500
LONGEST_SUMMARY: Final = 250
MOST_BUTTONS: Final = 6
ROOM: Final = MESSAGE_BYTES // 2  # bytes of one card; the rest is for what surrounds it
ENVELOPE: Final = 4_000  # bytes of what goes around the attachments of a message


def reply_messages(
    reply: Reply, places: Places, pictures: Sequence[Element] = (), opening: str = "", *, judged: bool = False
) -> list[Element]:
    """Return the reply as messages, in order. The plan, where there is one, is a message of its own.

    Each of the `pictures` goes with the last message, or after it where it is too large for that. `opening` is
    what was pressed to ask for it. Where it may be `judged`, an answer ends in a thumb up and a thumb down.
    """
    body = [
        line([words(opening, quiet=True)]),
        *[element for each in passages(reply.text) for element in _passage(each, reply, places)],
        *[line([words(f"{chart.title}: {chart.alt}", quiet=True)]) for chart in reply.charts],
        *_small_print(reply),
        *_evidence(reply, places),
    ]
    groups = list(_grouped(each for each in body if each.get("inlines", True)))
    thumbs = [_thumb(reply, up=True), _thumb(reply, up=False)] if judged and reply.kind == "answer" else []
    most = MOST_BUTTONS - len(thumbs)
    buttons = [*(pressed(each, places) for each in reply.buttons[:most]), *thumbs]
    last = len(groups) - 1
    sent = [
        message(card(group, buttons if at == last else ()), reply.text if at == 0 else "")
        for at, group in enumerate(groups)
    ]
    for each in pictures:
        _pictured(sent, each)
    return sent


def _thumb(reply: Reply, *, up: bool) -> Element:
    return execute(
        "👍" if up else "👎", Verb.THUMB, {"made": MADE, "reply": reply.id, "thumb": "up" if up else "down"}
    )


def message(shown: Element, summary: str) -> Element:
    """Return a card as a message; `summary` is what a notification says."""
    attachment: dict[str, JsonValue] = {"contentType": CONTENT_TYPE, "content": shown}
    made: Element = {"type": "message", "attachments": [attachment]}
    return made | ({"summary": cut(" ".join(summary.split()), LONGEST_SUMMARY)} if summary else {})


def told(text: str) -> Element:
    """Return a few words of ours as a message."""
    return message(card([line([words(each)]) for each in text.splitlines()]), text)


def _pictured(sent: list[Element], picture: Element) -> None:
    """Put a picture beside the last card; where that makes it too large, into a message of its own."""
    beside = sent[-1].get("attachments") if sent else None
    if isinstance(beside, list) and _bytes(sent[-1]) + _bytes(picture) < MESSAGE_BYTES - ENVELOPE:
        beside.append(picture)
    elif _bytes(picture) < MESSAGE_BYTES - ENVELOPE:
        sent.append({"type": "message", "attachments": [picture]})


def _bytes(element: Element) -> int:
    return len(json.dumps(element, ensure_ascii=False).encode())


def _passage(passage: Passage, reply: Reply, places: Places) -> list[Element]:
    bullet = "• " if passage.points else ""
    return [
        line([words(bullet), *_line(part, reply, places)])
        for each in passage.lines
        for part in pieces(each, CARD_TEXT)
    ]


def _line(text: str, reply: Reply, places: Places) -> list[Run]:
    runs: list[Run] = []
    for piece in cited(text.removeprefix(POINT), len(reply.evidence)):
        if isinstance(piece, Citation):
            cites = [_number(number, reply.evidence[number - 1], places) for number in piece.numbers]
            runs += [words(" "), *cites, words(piece.after)]
        else:
            runs.append(words(piece))
    return runs


def _number(number: int, evidence: Evidence, places: Places) -> Run:
    leads = places.safe(evidence.link)
    return link(leads, f"[{number}]") if leads else words(f"[{number}]")


def _small_print(reply: Reply) -> list[Element]:
    missing = f"Could not be reached: {', '.join(reply.missing)}." if reply.missing else ""
    return [line([words(each, quiet=True)]) for each in (missing, reply.note) if each]


def _evidence(reply: Reply, places: Places) -> list[Element]:
    """Return what the answer rests on, one line each; what a source itself said is set apart."""
    found: list[Element] = []
    for number, fact in enumerate(reply.evidence[:MOST_EVIDENCE], 1):
        value = measured(fact)
        said = f" {fact.source}: {fact.summary}" + (f" ({value})" if value else "")
        at = words(f", {moment(fact.observed_at)}", quiet=True)
        found.append(line([_number(number, fact, places), words(said), at], spaced=number == 1))
        if fact.text:
            found.append(line([words("Nobody here wrote or checked this:", italic=True)]))
            found.append(quote(cut(fact.text, LONGEST_QUOTE)))
    if len(reply.evidence) > MOST_EVIDENCE:
        found.append(line([words(f"and {len(reply.evidence) - MOST_EVIDENCE} more", quiet=True)]))
    return found


def pressed(given: Button, places: Places) -> Element:
    """Return a button of a reply or a notice."""
    match given.action:
        case ButtonAction.SAY:
            said = given.value or given.label
            return execute(given.label, given.action.value, {"made": MADE, "say": cut(said, LONGEST_QUOTE)})
        case ButtonAction.SIGN:
            return opens(given.label, places.approving(given.value))
        case ButtonAction.RECEIPTS:
            return opens(given.label, places.receipts(given.value))
        case _:
            data: dict[str, JsonValue] = {"made": MADE, "run": given.value}
            return execute(given.label, given.action.value, data | {"digest": given.plan_digest or ""})


def _grouped(elements: Iterable[Element]) -> Iterable[list[Element]]:
    group: list[Element] = []
    room = ROOM
    for element in elements:
        size = _bytes(element)
        if group and size > room:
            yield group
            group, room = [], ROOM
        group.append(element)
        room -= size
    if group:
        yield group
