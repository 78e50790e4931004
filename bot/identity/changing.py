"""What the log is told of who is who. The account itself stands beside it, salted, and can be erased."""

from typing import Literal

from memory.canonical import canonical
from memory.clock import Clock
from memory.ids import Ids
from memory.model.bodies import IdentityChanged
from memory.model.identity import Account, AccountSource, Identity
from memory.model.people import Role
from memory.model.record import Attachment, Record
from memory.store import Unit

Change = Literal["joined", "changed", "disabled", "enabled", "signed_out"]


class Scribe:
    """Records changes of who is who, in the transaction that makes them."""

    def __init__(self, tenant: str, clock: Clock, ids: Ids) -> None:
        self.tenant = tenant
        self.clock = clock
        self.ids = ids

    async def person(
        self,
        unit: Unit,
        change: Change,
        person: str,
        by: str,
        *,
        roles: tuple[Role, ...] = (),
        source: AccountSource | None = None,
    ) -> None:
        """Record a change of a person."""
        holder = await unit.pseudonyms.of(self.tenant, person)
        body = IdentityChanged(
            identity=self.ids.new("change"), change=change, holder=holder, roles=roles, source=source
        )
        await unit.ledger.append(self._record(body, by))

    async def account(
        self, unit: Unit, change: Literal["linked", "unlinked"], identity: Identity, by: str
    ) -> None:
        """Record that an account became a person's, or is theirs no more."""
        holder = await unit.pseudonyms.of(self.tenant, identity.person)
        body = IdentityChanged(identity=identity.id, change=change, holder=holder, source=identity.account.source)
        await unit.ledger.append(self._record(body, by, identity.account))

    def _record(self, body: IdentityChanged, by: str, account: Account | None = None) -> Record:
        content = (
            () if account is None else (Attachment(field="account", kind="event", content=canonical(account)),)
        )
        return Record(
            tenant=self.tenant,
            at=self.clock.now(),
            actor=by,
            correlation=self.ids.new("cor"),
            body=body,
            attachments=content,
        )
