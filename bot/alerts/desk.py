"""What people may see and say of alerts: policy is asked by the names of the tools that do the same in words.

It serves `bot.surfaces.alerts.AlertDesk`.
"""

from collections.abc import Sequence
from contextlib import suppress

from bot.alerts.inbox import Inbox
from bot.alerts.sorting import Sorting
from bot.surfaces.alerts import AlertQuery, AlertView, NewQuiet, Told
from memory.clock import Clock
from memory.errors import Conflict, NotFound, PolicyDenied
from memory.ids import Ids, derived
from memory.model.decision import Allow, Deny
from memory.model.people import Principal
from memory.model.plan import Call
from memory.model.triage import AlertGroup, AlertRecord, Lesson, Quiet
from memory.model.value import JsonValue
from memory.page import Page
from memory.store import Store
from tools.capabilities.alerts import ALERTS_LIST, SILENCE_CREATE
from tools.capabilities.incidents import INCIDENT_DECLARE
from tools.contract import Capability
from tools.in_force import PolicyInForce
from tools.policy import Question, decide
from tools.webhooks.sources import named, read, read_any

ANY = "any"  # the source of a payload that is to be recognised


class AlertRoom:
    """Serves every surface."""

    def __init__(
        self,
        store: Store,
        policy: PolicyInForce,
        inbox: Inbox,
        sorting: Sorting,
        windows: Sequence[Quiet],
        *,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._policy = policy
        self._inbox = inbox
        self._sorting = sorting
        self._windows = tuple(windows)
        self._clock = clock
        self._ids = ids

    async def alerts(
        self, principal: Principal, wanted: AlertQuery, cursor: str | None, limit: int
    ) -> Page[AlertRecord]:
        """Return the tenant's, what changed last first."""
        tenant = self._may(principal, ALERTS_LIST)
        return await self._store.alerts.page(tenant, **dict(wanted), cursor=cursor, limit=limit)

    async def alert(self, principal: Principal, alert: str) -> AlertView:
        """Return one."""
        tenant = self._may(principal, ALERTS_LIST)
        record = await self._store.alerts.get(tenant, alert)
        if record.group is None:
            return AlertView(record=record)
        return AlertView(record=record, group=await self._store.alert_groups.get(tenant, record.group))

    async def groups(self, principal: Principal, cursor: str | None, limit: int) -> Page[AlertGroup]:
        """Return the groups, what changed last first."""
        return await self._store.alert_groups.page(self._may(principal, ALERTS_LIST), cursor=cursor, limit=limit)

    async def quiet(self, principal: Principal) -> tuple[Quiet, ...]:
        """Return the silences and maintenance windows that are not over."""
        tenant, now = self._may(principal, ALERTS_LIST), self._clock.now()
        planned = [each for each in self._windows if each.ends_at > now]
        return (*planned, *await self._store.quiets.of(tenant, now))

    async def silence(self, principal: Principal, wanted: NewQuiet) -> Quiet:
        """Keep alerts quiet for a while."""
        tenant, now = self._may(principal, SILENCE_CREATE), self._clock.now()
        about = await self._store.alerts.get(tenant, wanted.alert) if wanted.alert else None
        try:
            quiet = Quiet(
                id=self._ids.new("qui"),
                tenant=tenant,
                services=wanted.services,
                environments=wanted.environments,
                labels=wanted.labels,
                fingerprint=about.alert.fingerprint if about else None,
                starts_at=now,
                ends_at=now + wanted.lasting,
                by=principal.id,
                reason=wanted.reason,
            )
        except ValueError:
            raise NotFound(
                "expected a service, an environment, labels or an alert to silence, found none"
            ) from None
        await self._store.quiets.add(quiet)
        return quiet

    async def unsilence(self, principal: Principal, quiet: str) -> Quiet:
        """End a silence now."""
        return await self._store.quiets.end(self._may(principal, SILENCE_CREATE), quiet, self._clock.now())

    async def lessons(self, principal: Principal) -> tuple[Lesson, ...]:
        """Return what merging and splitting taught."""
        return await self._store.alert_lessons.of(self._may(principal, ALERTS_LIST))

    async def forget(self, principal: Principal, lesson: str) -> Lesson:
        """Take a lesson back."""
        tenant = self._may(principal, SILENCE_CREATE)
        return await self._store.alert_lessons.withdraw(tenant, lesson, principal.id, self._clock.now())

    async def tell(self, principal: Principal, source: str, body: JsonValue) -> Told:
        """Take a payload as if its source had sent it, and sort it at once."""
        tenant = self._may(principal, INCIDENT_DECLARE)
        known, reports = read_any(body) if source == ANY else (named(source), read(source, body))
        receipt = await self._inbox.take(f"{principal.id} by hand"[:60], reports)
        with suppress(Conflict):  # whoever sorts took it up already
            await self._sorting.sort()
        ids = dict.fromkeys(derived("alr", tenant, each.fingerprint()) for each in reports)
        return Told(source=known, told=receipt.told, new=receipt.new, alerts=tuple(ids)[:50])

    def _may(self, principal: Principal, tool: Capability) -> str:
        policy = self._policy.now()
        if principal.tenant != policy.facts.tenant:
            raise PolicyDenied("expected somebody of this tenant, found somebody of another one")
        question = Question(principal=principal.id, call=Call(tool=tool.name), at=self._clock.now())
        decision = decide(policy, question)
        if isinstance(decision, Allow):
            return principal.tenant
        if isinstance(decision, Deny):
            raise PolicyDenied(decision.reason, hint=decision.needed)
        raise PolicyDenied(
            "expected what policy lets a person do alone, found what needs approvals",
            hint="Ask for it in words: that makes a plan which waits for them.",
        )
