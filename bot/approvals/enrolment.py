"""Credentials as they come and go: each change is checked, written, and told to the ledger, all at once.

What is refused stands in the ledger too.
"""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Literal

from bot.audit.access import audits, reader
from bot.surfaces.approving import PasskeyCreation
from memory.canonical import canonical
from memory.clock import Clock
from memory.errors import ApprovalRefused, CredentialRefused, PolicyDenied, QuarterdeckError
from memory.ids import Ids
from memory.model.approval import Challenge
from memory.model.bodies import CredentialChanged, Denied
from memory.model.credential import Credential, CredentialForm, CredentialStanding
from memory.model.people import Principal, PrincipalKind
from memory.model.record import Record
from memory.store import Store, Unit
from tools.approvals.enrolling import confirmed, ended
from tools.approvals.keyring import from_base64url
from tools.approvals.passkeys import check_registration, creation_options
from tools.approvals.signing import check_enrolment

ENROL_WITHIN = timedelta(minutes=10)
Change = Literal["proposed", "confirmed", "suspended", "revoked"]


class Enrolment:
    """The credentials of one installation, whose console people reach at the origin `site`."""

    def __init__(self, store: Store, site: str, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._site = site
        self._clock = clock
        self._ids = ids

    async def known(self, principal: Principal) -> tuple[Credential, ...]:
        """Return this person's credentials; an administrator or auditor is shown everybody's."""
        holder = None if audits(principal) else principal.id
        return await self._store.credentials.of(reader(principal), holder)

    async def key(self, principal: Principal, public: bytes, signature: bytes, label: str) -> Credential:
        """Enrol an Ed25519 key of which this person shows that they have it."""
        try:
            _require_person(principal)
            check_enrolment(reader(principal), principal.id, public, signature)
        except (ApprovalRefused, PolicyDenied) as error:
            await self._refuse(principal, error)
            raise
        return await self._propose(principal, CredentialForm.KEY, public=b64encode(public).decode(), label=label)

    async def begin(self, principal: Principal) -> PasskeyCreation:
        """Return what a browser needs to make a passkey for this person, and for nobody else."""
        now, nonce = self._clock.now(), self._ids.new("nonce")
        asked = {"tenant": reader(principal), "holder": principal.id, "site": self._site, "nonce": nonce}
        challenge = Challenge(
            nonce=nonce,
            tenant=principal.tenant,
            principal=principal.id,
            purpose="enrolment",
            subject=nonce,
            content=canonical(asked).decode(),
            issued_at=now,
            expires_at=now + ENROL_WITHIN,
        )
        await self._store.challenges.offer(challenge)
        mine = await self._store.credentials.of(principal.tenant, principal.id)
        known = [from_base64url(each.handle) for each in mine if each.handle]
        return PasskeyCreation(
            nonce=nonce,
            options=creation_options(self._site, _asked(challenge), principal.id, principal.name, known),
        )

    async def passkey(self, principal: Principal, nonce: str, response: str, label: str) -> Credential:
        """Enrol the passkey that a browser made for exactly what `begin` asked of this person."""
        try:
            _require_person(principal)
            challenge = await self._store.challenges.get(reader(principal), nonce)
            if (challenge.purpose, challenge.principal) != ("enrolment", principal.id):
                raise CredentialRefused(f"expected what {principal.id} was asked, found what somebody else was")
            made = check_registration(response, _asked(challenge), self._site)
            await self._store.challenges.spend(challenge, self._clock.now())
        except (ApprovalRefused, PolicyDenied) as error:
            await self._refuse(principal, error)
            raise
        return await self._propose(
            principal,
            CredentialForm.PASSKEY,
            public=b64encode(made.public).decode(),
            handle=urlsafe_b64encode(made.handle).decode().rstrip("="),
            site=self._site,
            uses=made.uses,
            label=label,
        )

    async def confirm(self, principal: Principal, credential: str) -> Credential:
        """Agree, as the second person, to what was asked of a credential last."""
        return await self._changed(
            principal, credential, lambda found: confirmed(found, principal, self._clock.now())
        )

    async def revoke(self, principal: Principal, credential: str) -> Credential:
        """Ask to end a credential, which counts no more from now on."""
        return await self._changed(principal, credential, lambda found: ended(found, principal, self._clock.now()))

    async def _propose(self, principal: Principal, form: CredentialForm, **given: object) -> Credential:
        credential = Credential.model_validate(
            {
                "id": self._ids.new("credential"),
                "tenant": principal.tenant,
                "holder": principal.id,
                "form": form,
                "proposed_at": self._clock.now(),
                **given,
            }
        )
        async with self._store.transaction() as unit:
            await unit.credentials.add(credential)
            await self._tell(unit, credential, principal, "proposed")
        return credential

    async def _changed(
        self, principal: Principal, credential: str, change: Callable[[Credential], Credential]
    ) -> Credential:
        found = await self._store.credentials.get(reader(principal), credential)
        try:
            changed = change(found)
        except (ApprovalRefused, PolicyDenied) as error:
            await self._refuse(principal, error)
            raise
        async with self._store.transaction() as unit:
            await unit.credentials.replace(changed, before=found)
            await self._tell(unit, changed, principal, _CHANGES[changed.standing()])
        return changed

    async def _tell(self, unit: Unit, credential: Credential, by: Principal, change: Change) -> None:
        body = CredentialChanged(
            credential=credential.id,
            change=change,
            holder=await unit.pseudonyms.of(credential.tenant, credential.holder),
            form=credential.form,
            public=credential.public,
            handle=credential.handle,
            site=credential.site,
        )
        await unit.ledger.append(self._record(by, body))

    async def _refuse(self, principal: Principal, error: QuarterdeckError) -> None:
        await self._store.ledger.append(
            self._record(principal, Denied(denial=self._ids.new("denial"), code=error.code))
        )
        error.recorded = True

    def _record(self, by: Principal, body: CredentialChanged | Denied) -> Record:
        return Record(
            tenant=by.tenant, at=self._clock.now(), actor=by.id, correlation=self._ids.new("cor"), body=body
        )


_CHANGES: dict[CredentialStanding, Change] = {
    CredentialStanding.PROPOSED: "proposed",
    CredentialStanding.ACTIVE: "confirmed",
    CredentialStanding.SUSPENDED: "suspended",
    CredentialStanding.REVOKED: "revoked",
}


def _asked(challenge: Challenge) -> bytes:
    """Return what a browser is given to sign when it makes a passkey."""
    return sha256(challenge.content.encode()).digest()


def _require_person(principal: Principal) -> None:
    if principal.kind is not PrincipalKind.PERSON:
        raise PolicyDenied(f"expected a person, found {principal.id}, which is a program")
