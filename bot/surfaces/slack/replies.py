"""A reply in Slack: the answer with its citations, charts, what it rests on, and what to press next. Pure."""

from collections.abc import Mapping

from bot.surfaces.places import Places
from bot.surfaces.prose import Citation, Passage, cited, measured, passages
from bot.surfaces.slack.blocks import Post, actions, button, context, posts, uploaded
from bot.surfaces.slack.cards import card_blocks, card_text
from bot.surfaces.slack.limits import cut
from bot.surfaces.slack.rich import Block, Part, Piece, joined, link, moment, points, quote, rich, section, words
from memory.model.evidence import Evidence
from memory.model.talk import Button, ButtonAction, Reply

MOST_EVIDENCE = 10
LONGEST_QUOTE = 500


def reply_posts(reply: Reply, places: Places, pictures: Mapping[str, str] | None = None) -> list[Post]:
    """Return the reply as messages, in order. `pictures` tells the uploaded file of each chart, by its id.

    A chart without a picture is told in words. The plan, where there is one, is not part of it: it is a message of
    its own, so that it can be brought up to date.
    """
    pictures = pictures or {}
    blocks = [
        rich(*[_passage(each, reply, places) for each in passages(reply.text)]),
        *[_chart(chart.title, chart.alt, pictures.get(chart.id)) for chart in reply.charts],
        *_small_print(reply),
        *_evidence(reply, places),
        *actions(f"reply:{reply.id}", [_pressed(number, each) for number, each in enumerate(reply.buttons)]),
    ]
    return posts([block for block in blocks if block.get("elements", True)], cut(reply.text, LONGEST_QUOTE))


def card_posts(reply: Reply, places: Places) -> list[Post]:
    """Return the plan of a reply as messages, none where it has none."""
    return posts(card_blocks(reply.card, places), card_text(reply.card)) if reply.card is not None else []


def _passage(passage: Passage, reply: Reply, places: Places) -> Part:
    lines = [_line(line, reply, places) for line in passage.lines]
    return points(lines) if passage.points else section(joined(lines))


def _line(text: str, reply: Reply, places: Places) -> list[Piece]:
    pieces: list[Piece] = []
    for piece in cited(text, len(reply.evidence)):
        pieces += _cites(piece, reply, places) if isinstance(piece, Citation) else [words(piece)]
    return pieces


def _cites(citation: Citation, reply: Reply, places: Places) -> list[Piece]:
    cites = [_number(number, reply.evidence[number - 1], places) for number in citation.numbers]
    return [words(" "), *cites, words(citation.after)]


def _number(number: int, evidence: Evidence, places: Places) -> Piece:
    leads = places.safe(evidence.link)
    return link(leads, f"[{number}]") if leads else words(f"[{number}]")


def _chart(title: str, alt: str, file: str | None) -> Block:
    return context(f"{title}: {alt}") if file is None else uploaded(file, alt, title)


def _small_print(reply: Reply) -> list[Block]:
    missing = f"Could not be reached: {', '.join(reply.missing)}." if reply.missing else ""
    lines = [line for line in (missing, reply.note) if line]
    return [context(*lines)] if lines else []


def _evidence(reply: Reply, places: Places) -> list[Block]:
    """Return what the answer rests on, one line each; what a source itself said is a quotation."""
    parts: list[Part] = []
    for number, fact in enumerate(reply.evidence[:MOST_EVIDENCE], 1):
        value = measured(fact)
        said = f" {fact.source}: {fact.summary}" + (f" ({value})" if value else "") + ", "
        parts.append(section([_number(number, fact, places), words(said), moment(fact.observed_at)]))
        if fact.text:
            parts.append(section([words("Nobody here wrote or checked this:", italic=True)]))
            parts.append(quote(cut(fact.text, LONGEST_QUOTE)))
    if len(reply.evidence) > MOST_EVIDENCE:
        parts.append(section([words(f"and {len(reply.evidence) - MOST_EVIDENCE} more")]))
    return [rich(*parts)] if parts else []


def _pressed(number: int, given: Button) -> Block:
    """Return a button below an answer. Those that say something need names of their own."""
    said = given.value or given.label
    action = f"{given.action.value}:{number}"
    if given.action is ButtonAction.SAY:
        return button(given.label, action, said, look="primary" if given.primary else None)
    return button(given.label, action, given.value)
