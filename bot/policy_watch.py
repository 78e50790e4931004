"""Bringing a promoted policy into force on this node: looked for all the time, made ready aside, put in at once.

A policy that cannot be used is refused, loudly, and the one before it stays. No request waits for any of this.
"""

import asyncio
from collections.abc import Callable

import structlog

from bot.policy_record import record_loaded
from bot.telemetry import Metrics
from memory.bus import Bus
from memory.clock import Clock
from memory.errors import PolicyInvalid, QuarterdeckError
from memory.ids import Ids
from memory.model.bodies import PolicyChanged
from memory.model.policies import PromotedPolicy
from memory.model.record import SYSTEM, Event, Record, Topic
from memory.store import Store
from tools.in_force import PolicyInForce
from tools.policy import Policy

LOOK_EVERY_S = 0.5
EVERYWHERE = "tenant"  # the thread of what happens to no thread in particular

_log = structlog.get_logger(__name__)


class PolicyWatch:
    """Keeps one node on the policy that was promoted last."""

    def __init__(
        self,
        store: Store,
        in_force: PolicyInForce,
        made: Callable[[str], Policy],
        *,
        bus: Bus,
        metrics: Metrics,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._in_force = in_force
        self._made = made
        self._bus = bus
        self._metrics = metrics
        self._clock = clock
        self._ids = ids
        self._tenant = in_force.now().facts.tenant
        self._seen = 0
        self._refused = ""
        self._looking = asyncio.Lock()

    async def look(self) -> None:
        """Bring the newest promoted policy into force, if it is not; raises `StoreUnavailable`."""
        async with self._looking:
            if await self._store.policies.number(self._tenant) == self._seen:
                return
            newest = await self._store.policies.newest(self._tenant)
            if newest is None:
                return
            try:
                policy = await asyncio.to_thread(self._made, newest.text)
                self._in_force.replace(policy)
            except PolicyInvalid as error:
                await self._refuse(newest, error)
                if self._seen == 0:  # a start: what was in force before is in the store, not here
                    await self._earlier(newest)
            else:
                self._accept(newest, policy)
            self._seen = newest.number

    async def renew(self) -> None:
        """Put the policy in force again over who there is now, as another value; raises `PolicyInvalid`."""
        async with self._looking:
            before = self._in_force.now()
            policy = await asyncio.to_thread(self._made, before.text)
            if policy == before:
                return
            self._in_force.replace(policy)
            await record_loaded(self._store, self._tenant, policy.hash, policy.text, self._clock, self._ids)
        _log.info("policy.renewed", policy_hash=policy.hash, people=len(policy.facts.people))
        self._tell("in_force", policy.hash)

    async def keep(self) -> None:
        """Look again and again, until cancelled. A store that is away leaves the policy as it is."""
        while True:
            try:
                await self.look()
            except QuarterdeckError as error:
                _log.warning("policy.not_looked", code=error.code, why=error.message)
            await asyncio.sleep(LOOK_EVERY_S)

    async def probe(self) -> str:
        """Return which policy is in force here; raises `PolicyInvalid` where the newest one was refused."""
        if self._refused:
            raise PolicyInvalid(self._refused)
        return f"{self._in_force.now().hash[:12]}…" + (f", number {self._seen}" if self._seen else "")

    async def _earlier(self, refused: PromotedPolicy) -> None:
        """Bring the newest policy before the refused one into force that can be; else the files' policy stays."""
        for each in await self._store.policies.history(self._tenant):
            if each.number < refused.number:
                try:
                    self._in_force.replace(await asyncio.to_thread(self._made, each.text))
                except PolicyInvalid:
                    continue
                _log.warning("policy.in_force", number=each.number, policy_hash=each.policy_hash)
                return

    def _accept(self, newest: PromotedPolicy, policy: Policy) -> None:
        self._refused = ""
        self._metrics.policy(newest.number, refused=False)
        if policy.hash != newest.policy_hash:  # this node's settings name other people, services or tools
            _log.warning("policy.facts_differ", expected=newest.policy_hash, found=policy.hash)
        _log.info("policy.in_force", number=newest.number, policy_hash=policy.hash)
        self._tell("in_force", policy.hash)

    async def _refuse(self, newest: PromotedPolicy, error: PolicyInvalid) -> None:
        before = self._in_force.now().hash
        self._refused = f"policy {newest.policy_hash[:12]}… is refused, {before[:12]}… stays: {error.message}"
        self._metrics.policy(newest.number, refused=True)
        _log.error("policy.refused", number=newest.number, policy_hash=newest.policy_hash, why=error.message)
        body = PolicyChanged(change="refused", policy_hash=newest.policy_hash, previous=before)
        await self._store.ledger.append(
            Record(
                tenant=self._tenant,
                at=self._clock.now(),
                actor=SYSTEM,
                correlation=self._ids.new("cor"),
                body=body,
            )
        )
        self._tell("refused", newest.policy_hash)

    def _tell(self, change: str, policy_hash: str) -> None:
        self._bus.publish(
            Event(
                topic=Topic.POLICY,
                tenant=self._tenant,
                thread=EVERYWHERE,
                correlation=self._ids.new("cor"),
                at=self._clock.now(),
                body={"change": change, "policy_hash": policy_hash},
            )
        )
