"""People with keys at the bench: they are shown a statement and sign it, or something else."""

from base64 import b64encode
from collections.abc import Awaitable

import pytest

from memory.errors import QuarterdeckError
from memory.model.approval import Assurance, Ballot, Challenge, Verdict
from memory.model.credential import Credential, CredentialForm
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.run import Run
from runbooks.runner import Runner
from tests.fakes.people import BOB, TENANT
from tests.keys import private_key
from tests.runbooks.conftest import Bench
from tools.approvals.signing import signed

CRITICAL = Call(tool="deploy.rollback", arguments={"service": "payments", "environment": "production"})


async def enrol(bench: Bench, person: Principal, **changes: object) -> Credential:
    """Let a person's key count."""
    credential = Credential(
        id=f"key_{person.id}",
        tenant=person.tenant,
        holder=person.id,
        form=CredentialForm.KEY,
        public=b64encode(private_key(person.id).public_key().public_bytes_raw()).decode(),
        proposed_at=bench.clock.now(),
        confirmed_by="ada",
        confirmed_at=bench.clock.now(),
    ).model_copy(update=changes)
    await bench.store.credentials.add(credential)
    return credential


def saying(
    person: Principal,
    run: Run,
    verdict: Verdict = Verdict.APPROVE,
    *,
    reason: str = "",
    break_glass: bool = False,
    assurance: Assurance = Assurance.KEY,
) -> Ballot:
    """Return what a person is about to sign."""
    return Ballot(
        approver=person.id,
        plan_digest=run.plan_digest,
        verdict=verdict,
        reason=reason,
        surface=Surface.CLI,
        assurance=assurance,
        break_glass=break_glass,
    )


async def shown(runner: Runner, person: Principal, run: Run, **said: object) -> Challenge:
    """Return what a person is shown to sign."""
    return await runner.offer(TENANT, run.id, saying(person, run, **said))  # type: ignore[arg-type]  # passed on as it is


def sealed(challenge: Challenge, by: Principal, *, key: str = "") -> bytes:
    """Return the envelope in which a person signed what was shown, with another's key where one is named."""
    payload = challenge.content.encode()
    return signed(payload, f"key_{by.id}", private_key(key or by.id)).encode()


async def refused(bench: Bench, run: Run, attempt: Awaitable[object], error: type[QuarterdeckError]) -> None:
    """Check that an attempt raises this error, leaves the run waiting, and is the run's newest entry."""
    before = await bench.store.runs.get(TENANT, run.id)
    with pytest.raises(error):
        await attempt
    assert await bench.store.runs.get(TENANT, run.id) == before
    last = (await bench.entries(run))[-1]
    assert (last.kind.value, last.body["code"]) == ("denial", error.code)
    assert not bench.estate.effects


async def waiting(bench: Bench, *calls: Call) -> Run:
    """Return a plan of Alice's that waits; Bob has a key that counts."""
    bench.estate.versions["payments"] = "1.4.2"
    await enrol(bench, BOB)
    return await bench.propose(*calls)
