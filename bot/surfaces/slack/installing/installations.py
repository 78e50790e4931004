"""Where Quarterdeck is installed, and with which token it speaks there now.

With `slack_bot_token` there is one workspace, whose token is in the settings; otherwise there are those that
installed the app, with their tokens sealed in the store, renewed before they end by one node for all.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.surfaces.slack.calling import Caller
from bot.surfaces.slack.installing.sealing import Seal, Tokens
from bot.surfaces.slack.ports import Answer
from bot.surfaces.slack.web import Workspace
from memory.clock import Clock
from memory.errors import SlackBusy, SlackError, SlackNotInstalled, SlackTokenInvalid
from memory.model.installation import Installation
from memory.store import Store

FRESH: Final = timedelta(minutes=1)  # another node may have removed or renewed one
BEFORE_END: Final = timedelta(hours=2)  # of twelve
RENEWING_S: Final = 60.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class App:
    """The app at Slack: what it calls itself when it gets tokens, the one token of a single workspace, who may."""

    client_id: str = ""
    client_secret: str = ""
    bot_token: str = ""
    teams: frozenset[str] = frozenset()  # workspaces that may install it


class Installations:
    """Serves `bot.surfaces.slack.ports.Webs`, and what the acknowledgement needs to know."""

    def __init__(
        self,
        store: Store,
        caller: Caller,
        seal: Callable[[], Seal],
        app: App,
        *,
        tenant: str,
        node: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._caller = caller
        self._seal = seal
        self._app = app
        self._tenant = tenant
        self._node = node
        self._clock = clock
        self._known: dict[str, tuple[datetime, Installation | None]] = {}
        self._spaces: dict[str, Workspace] = {}
        self._alone: Installation | None = None
        self._asking = asyncio.Lock()
        self._renewing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def known(self, team: str) -> Installation | None:
        """Return what is known of a workspace. With a token of the settings, nobody is asked for this."""
        if self._app.bot_token:
            return self._alone or self._unasked(team)
        return await self._kept(team)

    async def of(self, team: str) -> Workspace:
        """Return a workspace to call; raises `SlackNotInstalled`, or `SlackError` where it has to be asked for."""
        found = await self._single() if self._app.bot_token else await self._kept(team)
        if found is None or found.team != team:
            raise SlackNotInstalled(
                f"expected a workspace that Quarterdeck is installed in, found {team}",
                hint="Install it: open /slack/install, or set slack_bot_token.",
            )
        if team not in self._spaces:
            self._spaces[team] = Workspace(
                team,
                found.bot_user,
                lambda: self.token(team),
                self._caller,
                self._store.slack_posts,
                tenant=self._tenant,
                clock=self._clock,
            )
        return self._spaces[team]

    async def teams(self) -> tuple[str, ...]:
        """Return the workspaces' ids."""
        if self._app.bot_token:
            return ((await self._single()).team,)
        return tuple(each.team for each in await self._store.installations.of(self._tenant))

    async def add(self, given: Answer, by: str) -> Installation:
        """Keep what Slack gave for an installation; see `oauth.v2.access`. Raises `SlackNotInstalled`."""
        team = str((given.get("team") or {}).get("id", ""))
        if team not in self._app.teams:
            raise SlackNotInstalled(
                f"expected a workspace of slack_teams, found {team or 'none'}",
                hint="Add its id to slack_teams, then install again.",
            )
        tokens = Tokens(bot=str(given["access_token"]), refresh=str(given.get("refresh_token") or ""))
        seal = self._seal()
        installation = Installation(
            tenant=self._tenant,
            team=team,
            team_name=str(given["team"].get("name") or "")[:200],
            enterprise=str((given.get("enterprise") or {}).get("id") or ""),
            app=str(given.get("app_id") or ""),
            bot_user=str(given.get("bot_user_id") or ""),
            scopes=tuple(sorted(str(given.get("scope") or "").split(","))),
            installed_by=by,
            installed_at=self._clock.now(),
            expires_at=_ends(given, self._clock.now()),
            key=seal.key,
            sealed=seal.seal(tokens, self._tenant, team),
        )
        await self._store.installations.put(installation)
        self._forget(team)
        _log.info("slack.installed", team=team, scopes=len(installation.scopes))
        return installation

    async def remove(self, team: str, why: str) -> None:
        """Forget a workspace and its tokens."""
        await self._store.installations.remove(self._tenant, team)
        self._forget(team)
        _log.warning("slack.removed", team=team, why=why)

    async def renew(self) -> None:
        """Renew every token that ends soon, and seal anew what an older key sealed."""
        if self._app.bot_token:
            return
        for each in await self._store.installations.of(self._tenant):
            try:
                if self._due(each):
                    await self._renewed(each.team)
            except SlackError as error:  # the token is good for a while yet
                _log.warning("slack.not_renewed", team=each.team, code=error.code, why=error.message)

    async def token(self, team: str) -> str:
        """Return the token to speak with there now.

        Raises `SlackNotInstalled`, `SlackTokenInvalid`, or `SlackBusy` while another node renews one that ended.
        """
        if self._app.bot_token:
            return self._app.bot_token
        found = await self._kept(team)
        if found is not None and self._ended(found):
            found = await self._renewed(team)
        if found is None:
            raise SlackNotInstalled(f"expected a workspace that Quarterdeck is installed in, found {team}")
        if self._ended(found):
            raise SlackTokenInvalid("expected a token that has not ended, found one that has")
        return self._opened(found).bot

    async def _renewed(self, team: str) -> Installation | None:
        """Renew a token, where this node is the one to do it; return what stands then.

        A node leads as a whole, so that its own callers take turns; and it gives up long before its term ends.
        """
        async with self._renewing.setdefault(team, asyncio.Lock()):
            term = await self._store.leaders.lead(self._tenant, f"slack-tokens/{team}", self._node, RENEWING_S)
            if term is None:
                self._forget(team)
                found = await self._store.installations.find(self._tenant, team)
                if found is not None and self._ended(found):
                    raise SlackBusy("expected a token that has not ended, found one that another node renews")
                return found
            try:
                return await self._led(team)
            finally:
                self._forget(team)
                await self._store.leaders.resign(term)

    async def _led(self, team: str) -> Installation | None:
        """Renew a token unless somebody was faster: a refresh token is good for one exchange."""
        found = await self._store.installations.find(self._tenant, team)
        return await self._exchanged(found) if found is not None and self._due(found) else found

    async def _exchanged(self, found: Installation) -> Installation:
        tokens, seal = self._opened(found), self._seal()
        ends = found.expires_at
        if self._ending(found) and tokens.refresh:
            answer = await self._refreshed(tokens.refresh)
            tokens = Tokens(bot=str(answer["access_token"]), refresh=str(answer["refresh_token"]))
            ends = _ends(answer, self._clock.now())
            _log.info("slack.token_renewed", team=found.team)
        sealed = seal.seal(tokens, self._tenant, found.team)
        changed = {"key": seal.key, "sealed": sealed, "expires_at": ends, "version": found.version + 1}
        after = found.model_copy(update=changed)
        await self._store.installations.replace(after)
        return after

    async def _refreshed(self, refresh: str) -> Answer:
        """Return what Slack gives for a refresh token, well before this node's term is over."""
        try:
            async with asyncio.timeout(RENEWING_S / 2):
                return await self._authorised({"grant_type": "refresh_token", "refresh_token": refresh})
        except TimeoutError:
            raise SlackBusy("expected Slack to renew a token in time, found no answer yet") from None

    async def exchange(self, code: str, redirect: str) -> Answer:
        """Return what Slack gives for the code that an installation ended with; raises `SlackError`."""
        return await self._authorised({"code": code, "redirect_uri": redirect})

    async def _authorised(self, asked: Mapping[str, str]) -> Answer:
        credentials = {"client_id": self._app.client_id, "client_secret": self._app.client_secret}
        return await self._caller.call("", "", "oauth.v2.access", {**credentials, **asked})

    def _opened(self, found: Installation) -> Tokens:
        return self._seal().open(found.sealed, found.key, self._tenant, found.team)

    def _due(self, found: Installation) -> bool:
        return self._ending(found) or found.key != self._seal().key

    def _ended(self, found: Installation) -> bool:
        return found.expires_at is not None and found.expires_at <= self._clock.now()

    def _ending(self, found: Installation) -> bool:
        return found.expires_at is not None and found.expires_at - BEFORE_END <= self._clock.now()

    async def _kept(self, team: str) -> Installation | None:
        now = self._clock.now()
        known = self._known.get(team)
        if known is not None and now < known[0]:
            return known[1]
        found = await self._store.installations.find(self._tenant, team) if team in self._app.teams else None
        if found is not None:  # what nobody installed is not remembered: there is no end to such ids
            self._known[team] = (now + FRESH, found)
        return found

    async def _single(self) -> Installation:
        """Return the workspace of the token in the settings, asked for once."""
        async with self._asking:
            if self._alone is None:
                answer = await self._caller.call("", self._app.bot_token, "auth.test", {})
                who = {"team": str(answer["team_id"]), "bot": str(answer.get("bot_id") or "")}
                who |= {"bot_user": str(answer["user_id"]), "team_name": str(answer.get("team") or "")[:200]}
                self._alone = self._unasked(who["team"]).model_copy(update=who)
            return self._alone

    def _unasked(self, team: str) -> Installation:
        """Return what is known before Slack was asked; whether it is this team is seen before any work."""
        now = self._clock.now()
        return Installation(
            tenant=self._tenant, team=team or "unknown", installed_at=now, key="settings", sealed=""
        )

    def _forget(self, team: str) -> None:
        self._known.pop(team, None)
        self._spaces.pop(team, None)


def _ends(given: Answer, now: datetime) -> datetime | None:
    seconds = given.get("expires_in")
    return now + timedelta(seconds=int(seconds)) if seconds else None
