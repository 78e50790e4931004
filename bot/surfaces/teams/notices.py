"""What is said in an incident's room, as a card: paragraphs, citations, links. Nothing in it is parsed. Pure."""

from collections.abc import Sequence

from bot.surfaces.places import Places
from bot.surfaces.prose import Citation, cited, passages
from bot.surfaces.teams.elements import Element, Run, card, execute, heading, line, link, words
from bot.surfaces.teams.limits import CARD_TEXT, pieces
from bot.surfaces.teams.verbs import MADE, Verb
from bot.surfaces.venues import Notice

MOST_SOURCES = 20


def notice_card(notice: Notice, places: Places, actions: Sequence[Element] = ()) -> Element:
    """Return it, with what may be pressed."""
    body = [
        *([heading(notice.title)] if notice.title else []),
        *[
            line([words("• " if each.points else ""), *_runs(part, notice)])
            for each in passages(notice.text)
            for text in each.lines
            for part in pieces(text, CARD_TEXT)
        ],
        *[line([words(f"[{number}] ", quiet=True), _source(number, notice, places)]) for number in _cited(notice)],
        *[line([_leads(each.href, f"{each.rel}: {each.href}", places)]) for each in notice.links],
    ]
    return card(body, actions)


def about(incident: str) -> Element:
    """Return the button that shows somebody what they may do about an incident."""
    return execute("What can I do?", Verb.INCIDENT, {"made": MADE, "incident": incident})


def _cited(notice: Notice) -> range:
    return range(1, min(len(notice.sources), MOST_SOURCES) + 1)


def _runs(text: str, notice: Notice) -> list[Run]:
    runs: list[Run] = []
    for piece in cited(text, len(notice.sources)):
        if isinstance(piece, Citation):
            numbers = "".join(f"[{number}]" for number in piece.numbers)
            runs.append(words(f" {numbers}{piece.after}", quiet=True))
        else:
            runs.append(words(piece))
    return runs


def _source(number: int, notice: Notice, places: Places) -> Run:
    found = notice.sources[number - 1]
    return _leads(found.link, found.label, places)


def _leads(url: str, text: str, places: Places) -> Run:
    leads = url if url.startswith(f"{places.public_url}/console/") else places.safe(url)
    return link(leads, text) if leads else words(text)
