"""Who somebody in Slack is to us: a person with roles, or a guest, a stranger, a bot or nobody in particular.

Whoever Slack says nothing about has no rights: without the scope to ask, nobody has. User groups go by their ids,
as a handle can be given to another group by whoever may make groups.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import structlog

from bot.surfaces.identities import Identities
from bot.surfaces.slack.ports import Web
from bot.surfaces.slack.receiving.once import Once
from memory.clock import Clock
from memory.errors import SlackError, SlackRejected, SlackScopeMissing
from memory.model.identity import Account, AccountSource
from memory.model.people import Principal

USERS_FRESH: Final = timedelta(minutes=10)
GROUPS_FRESH: Final = timedelta(minutes=1)  # another node may have been told of a change
MOST_USERS: Final = 5_000

_log = structlog.get_logger(__name__)


class Standing(StrEnum):
    """What somebody is in a workspace."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"  # of another organisation, by Slack Connect
    BOT = "bot"
    UNKNOWN = "unknown"  # Slack did not say


@dataclass(frozen=True)
class Visitor:
    """Somebody, and the person they are here; None has no rights."""

    account: Account
    standing: Standing
    name: str
    person: Principal | None


@dataclass
class _Groups:
    """Who is in which user groups of a workspace."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    of_user: dict[str, frozenset[str]] = field(default_factory=dict)
    fresh_until: datetime | None = None


class Visitors:
    """Says who somebody is, asking Slack now and then."""

    def __init__(self, identities: Identities, once: Once, clock: Clock) -> None:
        self._identities = identities
        self._once = once
        self._clock = clock
        self._users: OrderedDict[tuple[str, str], tuple[datetime, Mapping[str, Any]]] = OrderedDict()
        self._groups: dict[str, _Groups] = {}

    async def who(self, web: Web, user: str) -> Visitor:
        """Return who a user of this workspace is; raises `SlackError` where Slack cannot be asked just now."""
        account = Account(source=AccountSource.SLACK, issuer=web.team, subject=user)
        facts = await self._facts(web, user)
        standing = _standing(facts, web.team)
        person = await self._person(web, account) if standing is Standing.MEMBER else None
        return Visitor(account=account, standing=standing, name=_name(facts), person=person)

    def forget_user(self, team: str, user: str) -> None:
        """Ask again about somebody who changed."""
        self._users.pop((team, user), None)

    def forget_groups(self, team: str) -> None:
        """Ask again about the user groups of a workspace."""
        if team in self._groups:
            self._groups[team].fresh_until = None

    async def tell_groups(self, web: Web, user: str) -> None:
        """Have the roles of somebody's groups count now, and not at their next word."""
        account = Account(source=AccountSource.SLACK, issuer=web.team, subject=user)
        if await self._identities.resolve(account) is not None:
            await self._person(web, account)

    async def _person(self, web: Web, account: Account) -> Principal | None:
        try:
            groups = await self._groups_of(web, account.subject)
        except SlackRejected as error:
            await self.missing(web.team, error)
            return await self._identities.resolve(account)
        return await self._identities.seen(account, groups)

    async def _facts(self, web: Web, user: str) -> Mapping[str, Any]:
        now = self._clock.now()
        known = self._users.get((web.team, user))
        if known is not None and now < known[0]:
            return known[1]
        try:
            facts: Mapping[str, Any] = (await web.call("users.info", user=user))["user"]
        except SlackRejected as error:
            await self.missing(web.team, error)
            return {}
        self._users[web.team, user] = (now + USERS_FRESH, facts)
        self._users.move_to_end((web.team, user))
        while len(self._users) > MOST_USERS:
            self._users.popitem(last=False)
        return facts

    async def _groups_of(self, web: Web, user: str) -> frozenset[str]:
        groups = self._groups.setdefault(web.team, _Groups())
        async with groups.lock:
            if groups.fresh_until is None or self._clock.now() >= groups.fresh_until:
                answer = await web.call("usergroups.list", include_users=True)
                groups.of_user = _by_user(answer.get("usergroups", []))
                groups.fresh_until = self._clock.now() + GROUPS_FRESH
        return groups.of_user.get(user, frozenset())

    async def missing(self, team: str, error: SlackError) -> None:
        """Say once in a while that a scope is missing in a workspace."""
        if isinstance(error, SlackScopeMissing) and await self._once.first(team, "scope", error.message):
            _log.warning("slack.scope_missing", team=team, why=error.message, hint=error.hint)


def _standing(facts: Mapping[str, Any], team: str) -> Standing:
    if not facts:
        return Standing.UNKNOWN
    if facts.get("is_bot") or facts.get("id") == "USLACKBOT":
        return Standing.BOT
    if facts.get("is_stranger") or (facts.get("team_id") != team and not _of_grid(facts, team)):
        return Standing.STRANGER
    if facts.get("is_restricted") or facts.get("is_ultra_restricted") or facts.get("is_invited_user"):
        return Standing.GUEST
    return Standing.UNKNOWN if facts.get("deleted") else Standing.MEMBER


def _of_grid(facts: Mapping[str, Any], team: str) -> bool:
    """Return whether somebody is of the same Enterprise Grid organisation, and in this workspace of it."""
    return team in (facts.get("enterprise_user") or {}).get("teams", ())


def _name(facts: Mapping[str, Any]) -> str:
    return str(facts.get("real_name") or facts.get("name") or "")[:200]


def _by_user(groups: list[dict[str, Any]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in groups:
        if group.get("date_delete"):
            continue
        for user in group.get("users", ()):
            found.setdefault(user, set()).add(group["id"])
    return {user: frozenset(names) for user, names in found.items()}
