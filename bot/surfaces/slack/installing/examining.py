"""Looking at a workspace's token: whose it is, what it may do, what it may not, and what time Slack says it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.surfaces.slack.calling import Caller, Granted
from memory.errors import SlackError


@dataclass(frozen=True)
class Look:
    """What was found of one thing, and what to do where it is wrong. `missing` is no reason to stop."""

    what: str
    ok: bool
    found: str
    hint: str = ""
    missing: bool = False


async def token_looked_at(
    caller: Caller, token: str, needed: Mapping[str, str]
) -> tuple[Granted | None, tuple[Look, ...]]:
    """Ask Slack about a bot token; return its answer and what to say of it."""
    try:
        granted = await caller.granted(token)
    except SlackError as error:
        return None, (Look("slack token", ok=False, found=f"{error.message} [{error.code}]", hint=error.hint),)
    team = granted.answer.get("team") or granted.answer.get("team_id")
    return granted, (Look("slack token", ok=True, found=f"accepted in {team}"), *_scopes(granted, needed))


def _scopes(granted: Granted, needed: Mapping[str, str]) -> Iterator[Look]:
    lacking = sorted(set(needed) - granted.scopes)
    for scope in lacking:
        yield Look(
            "slack scope",
            ok=False,
            found=f"{scope} was not granted; it is needed {needed[scope]}",
            hint="Add it to the app (quarterdeck slack manifest) and install it again.",
            missing=True,
        )
    if not lacking:
        more = sorted(granted.scopes - set(needed))
        besides = f"; not needed: {', '.join(more)}" if more else ""
        yield Look("slack scopes", ok=True, found=f"all {len(needed)} that are needed{besides}")
