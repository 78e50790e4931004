"""What a reader's own programs load by themselves of a reply: a browser, Slack and Teams, each at its most eager.

Whatever address they find they ask for, with no rule about where it leads: what keeps them from finding one is the
house alone.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx

import bot.surfaces.console.marks as console
from bot.surfaces.places import Places
from bot.surfaces.slack.replies import reply_posts
from bot.surfaces.teams.replies import reply_messages
from memory.model.talk import Reply

PLACES = Places("http://quarterdeck.test")
_PICTURE = re.compile(r"!\[[^\]]*\]\((?P<address>[^)\s]+)")
_UNFURLED = re.compile(r"<(?P<address>https?://[^|>]+)")
_LOADING = frozenset({"src", "srcset", "data", "poster", "background"})


class _Browser(HTMLParser):
    """Every address that a page has loaded without a click; a link is asked for too: browsers prefetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name in _LOADING or (name == "href" and tag in {"a", "link", "base"})):
                self.found.append(value)


def loaded(reply: Reply) -> list[str]:
    """Return every address that a reader's program asks for when it is given a reply."""
    page = _Browser()
    for text in (reply.text, *(each.text for each in reply.evidence)):
        page.feed(str(console.cited(text, reply)))
    found = list(page.found)
    for post in reply_posts(reply, PLACES):
        found += _pictures(json.loads(json.dumps(post.blocks)))
        found += _UNFURLED.findall(post.text)
    for sent in reply_messages(reply, PLACES):
        found += _pictures(sent)
    return found


def _pictures(told: object) -> Iterator[str]:
    """Yield what a chat loads of a message: pictures by their address, and by Markdown where it is read."""
    if isinstance(told, dict):
        for name, value in told.items():
            if isinstance(value, str) and name in {"image_url", "iconUrl", "thumb_url", "url", "backgroundImage"}:
                yield value
            if isinstance(value, str) and told.get("type") in {"mrkdwn", "TextBlock"}:
                yield from _PICTURE.findall(value)
            yield from _pictures(value)
    elif isinstance(told, list | tuple):
        for each in told:
            yield from _pictures(each)


async def shown(reply: Reply, outside: str) -> None:
    """Have a reply shown everywhere, and every address that leads outside asked for."""
    addresses = [each for each in dict.fromkeys(loaded(reply)) if each.startswith(outside)]
    if not addresses:
        return
    async with httpx.AsyncClient() as http:
        for each in addresses:
            await http.get(each)
