"""The one Markdown that runbooks are read and rendered with: CommonMark with tables, HTML left as text. Pure.

Reading and rendering share it, so that nothing can look like prose to people and like an action to the runner.
"""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

ACTION = "action"


@cache
def markdown() -> MarkdownIt:
    """Return the parser. It has no state besides its rules, which nobody changes after this."""
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20}).enable("table")


def tokens(text: str) -> list[Token]:
    """Return the blocks of a text."""
    return markdown().parse(text)


def is_action(token: Token) -> bool:
    """Return whether a block is an action: fenced, and named so."""
    return token.type == "fence" and token.info.split()[:1] == [ACTION]
