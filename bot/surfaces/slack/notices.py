"""What is said in an incident's room: paragraphs, citations, links and pictures, none of it parsed. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.surfaces.places import Places
from bot.surfaces.prose import Citation, Passage, cited, passages
from bot.surfaces.slack.blocks import Post, actions, button, context, header, posts, uploaded
from bot.surfaces.slack.limits import cut
from bot.surfaces.slack.rich import Block, Part, Piece, joined, link, person, points, rich, section, words
from bot.surfaces.venues import Notice, Source
from memory.model.alert import Link

MOST_SOURCES: Final = 20
LONGEST_NOTIFICATION: Final = 500


def notice_posts(
    notice: Notice, places: Places, *, users: Sequence[str] = (), pictures: Mapping[str, str] | None = None
) -> list[Post]:
    """Return it as messages. `users` are called by name; `pictures` tells the uploaded file of each chart."""
    pictures = pictures or {}
    blocks = [
        *([header(notice.title)] if notice.title else []),
        *([rich(section([piece for user in users for piece in (person(user), words(" "))]))] if users else []),
        rich(*[_passage(each, notice.sources, places) for each in passages(notice.text)]),
        *[
            uploaded(pictures[chart.id], chart.alt, chart.title)
            if chart.id in pictures
            else context(f"{chart.title}: {chart.alt}")
            for chart in notice.charts
        ],
        *_rests_on(notice.sources, places),
        *_links(notice.links, places),
        *actions("notice", [_said(number, each.label, each.value) for number, each in enumerate(notice.buttons)]),
    ]
    told = cut(notice.title or notice.text, LONGEST_NOTIFICATION)
    return posts([block for block in blocks if block.get("elements", True)], told)


def _passage(passage: Passage, sources: Sequence[Source], places: Places) -> Part:
    lines = [_line(line, sources, places) for line in passage.lines]
    return points(lines) if passage.points else section(joined(lines))


def _line(text: str, sources: Sequence[Source], places: Places) -> list[Piece]:
    pieces: list[Piece] = []
    for piece in cited(text, len(sources)):
        if isinstance(piece, Citation):
            cites = [_leads(sources[number - 1].link, f"[{number}]", places) for number in piece.numbers]
            pieces += [words(" "), *cites, words(piece.after)]
        else:
            pieces.append(words(piece))
    return pieces


def _rests_on(sources: Sequence[Source], places: Places) -> list[Block]:
    lines = [
        [words(f"[{number}] "), _leads(each.link, each.label, places)]
        for number, each in enumerate(sources[:MOST_SOURCES], 1)
    ]
    return [rich(section(joined(lines)))] if lines else []


def _links(links: Sequence[Link], places: Places) -> list[Block]:
    lines = [[_leads(each.href, f"{each.rel}: {each.href}", places)] for each in links]
    return [rich(points(lines))] if lines else []


def _leads(url: str, text: str, places: Places) -> Piece:
    """Return a link where it leads to the console or to a system of ours, else the words alone."""
    leads = url if url.startswith(f"{places.public_url}/console/") else places.safe(url)
    return link(leads, text) if leads else words(text)


def _said(number: int, label: str, value: str) -> Block:
    return button(label, f"say:{number}", value or label)
