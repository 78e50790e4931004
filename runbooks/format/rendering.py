"""A runbook as people read it. Pure.

Its text may come from elsewhere, so nothing in it is more than text: HTML is shown as it is written, pictures are
never fetched, and a link is shown beside its words without being one.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from runbooks.format.markdown import ACTION, is_action, markdown
from runbooks.format.model import Runbook

_OPENING, _CLOSING = '<span class="elsewhere">', "</span>"


def html(runbook: Runbook) -> str:
    """Return the body of a runbook as HTML in which nothing is executed, fetched or followed."""
    parser = markdown()
    blocks = list(_harmless(parser.parse(runbook.body)))
    return str(_renderer().render(blocks, parser.options, {}))


def outline(runbook: Runbook) -> str:
    """Return a runbook in a few lines: its title, what it is for, and its steps."""
    head = runbook.head
    lines = [f"{head.title} ({runbook.name})", *([head.summary] if head.summary else [])]
    for step in runbook.steps:
        does = f" [{ACTION}: {step.action.tool}]" if step.action else ""
        lines.append(f"{step.number}. {step.title}{does}")
    return "\n".join(lines)


@cache
def _renderer() -> RendererHTML:
    return RendererHTML(markdown())


def _harmless(blocks: Sequence[Token]) -> Iterator[Token]:
    """Yield tokens of which none leads or loads elsewhere: links and pictures become words and an address."""
    leads: list[str] = []
    for token in blocks:
        if token.type == "inline":
            yield token.copy(children=list(_harmless(token.children or [])))
        elif token.type == "image":
            yield _markup(f"{_OPENING}[{escapeHtml(token.content)}]{_address(token, 'src')}{_CLOSING}")
        elif token.type == "link_open":
            leads.append(_address(token, "href"))
            yield _markup(_OPENING)
        elif token.type == "link_close":
            yield _markup(f"{leads.pop()}{_CLOSING}")
        elif token.type == "fence":
            yield _markup(_figure(token))
        else:
            yield token


def _markup(text: str) -> Token:
    return Token("html_block", "", 0, content=text)


def _address(token: Token, name: str) -> str:
    return f" <code>{escapeHtml(str(token.attrs.get(name, '')))}</code>"


def _figure(token: Token) -> str:
    """Return a block as it is written; an action is marked as one."""
    kind = ' class="action"' if is_action(token) else ""
    info = token.info.strip()[:40]
    label = f'<span class="kind">{escapeHtml(info)}</span>' if info else ""
    return f"<figure{kind}>{label}<pre><code>{escapeHtml(token.content)}</code></pre></figure>\n"
