"""Looking at a release's revisions, and taking it back to one."""

import asyncio

from memory.errors import ConnectorError, ConnectorUnreachable, InvalidInput, PermissionMissing, UnknownService
from memory.model.evidence import Evidence
from memory.model.intent import Provenance
from memory.model.plan import Call, Check, Comparison
from memory.model.run import Change, Outcome, Preview
from tools.capabilities.helm import HELM_HISTORY, HELM_ROLLBACK, HelmRollback
from tools.capabilities.kubernetes import ROLLOUT_STATUS
from tools.capabilities.services import ServiceHere
from tools.cluster.marks import Mark, mark_of
from tools.connectors.helm.history import Record, differences
from tools.connectors.helm.releases import Release, Releases, Revision
from tools.contract import Arguments, CallContext
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.wording import clock, many, named

_AGAIN_S = 0.5


class HelmHistory:
    """Serves `helm.history`."""

    capability = HELM_HISTORY

    def __init__(self, releases: Releases) -> None:
        self._releases = releases

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the revisions, newest first; `value` is how many. Raises `UnknownService`."""
        asked, deadline = given(arguments, ServiceHere), Deadline(context.deadline_s)
        release = self._releases.release(asked.service, asked.environment)
        found = await release.revisions(deadline)
        lines = [_said(each.record, context) for each in found]
        summary = (
            f"{asked.service} in {asked.environment} has {many(len(found), 'Helm revision')}: {'; '.join(lines)}."
        )
        text = "\n".join(f"{each.record.version}: {each.record.info.description}" for each in found)
        evidence = _seen(release, summary, context).model_copy(update={"text": text, "value": list(lines)})
        return Outcome(ok=True, summary=summary, evidence=(evidence,), value=len(found))


class HelmRollbackHand:
    """Serves `helm.rollback`. Before helm is run, the revision it goes back from is marked with the key."""

    capability = HELM_ROLLBACK

    def __init__(self, releases: Releases, within_s: float) -> None:
        self._releases = releases
        self._within_s = within_s

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return how every object of the release would change, from the manifests Helm keeps.

        Raises `PermissionMissing` and `VersionUnsupported` first, `UnknownService`, and `InvalidInput` for a
        revision that is not there or while Helm works on the release.
        """
        asked, deadline = given(arguments, HelmRollback), Deadline(context.deadline_s)
        release = self._releases.release(asked.service, asked.environment)
        await release.helm.account.require(release.needs(), deadline)
        await release.helm.program.version(deadline)
        found = await release.revisions(deadline)
        now, target = found[0].record, _target(asked, found).record
        _require_settled(now)
        differs = differences(now, target)
        moved = Change(field="revision", before=_version(now), after=_version(target))
        leaning = self._releases.leaning(asked.service)
        return Preview(
            call=_call(release, target.version, asked),
            summary=f"The Helm release of {asked.service} would go from {_version(now)} to {_version(target)}."
            if differs
            else f"Revision {target.version} is what runs already: nothing would change.",
            changes=(moved, *differs) if differs else (),
            blast_radius=(f"every object of the release {release.name}", *leaning) if differs else (),
            undo=_call(release, now.version) if differs else None,
            evidence=(_seen(release, f"The release {release.name} is at {_version(now)}.", context),),
            warnings=("What was changed beside Helm since its last upgrade is laid over, and not shown here.",),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure the rollout of the service's Deployment."""
        asked = given(arguments, HelmRollback)
        where = {"service": asked.service, "environment": asked.environment}
        return (
            Check(
                call=Call(tool=ROLLOUT_STATUS.name, arguments=dict(where)),
                comparison=Comparison.ABOVE,
                bound=0.999,
                within_s=self._within_s,
                says=f"the rollout of {asked.service} in {asked.environment} is complete",
            ),
        )

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Go back, once per key; raises `ConnectorRejected` where helm refuses, with the release as it was."""
        asked, deadline = given(arguments, HelmRollback), Deadline(context.deadline_s)
        if asked.revision is None:
            raise InvalidInput("expected a Helm rollback whose revision is settled, found one without")
        release = self._releases.release(asked.service, asked.environment)
        found = await release.revisions(deadline)
        done = _came_of(release, found, context)
        if done is not None:
            return done
        target = _target(asked, found)
        _require_settled(found[0].record)
        now = found[0].record.version
        mark = Mark(
            key=context.key,
            kind="helm",
            at=context.now,
            by=context.principal,
            before=str(now),
            after=str(target.record.version),
        )
        await release.mark(found[0].name, mark, deadline)
        await release.helm.program.rollback(release.name, target.record.version, release.namespace, deadline)
        return _outcome(release, mark, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, by Helm's own records; None if no revision came of it.

        A revision that stays pending is a rollback that broke off: the outcome is not ok, and says so.
        """
        deadline = Deadline(context.deadline_s)
        try:
            for release in self._releases.every():
                found = await self._looked(release, context, deadline)
                if found is not None:
                    return found
        except ConnectorUnreachable:
            raise
        except ConnectorError as error:  # "it took no effect" is only ever said by those who looked
            raise ConnectorUnreachable(error.message, hint=error.hint, status=error.status) from error
        return None

    async def _looked(self, release: Release, context: CallContext, deadline: Deadline) -> Outcome | None:
        while True:
            try:
                found = await release.revisions(deadline)
            except (UnknownService, PermissionMissing):  # `act` asks for the same Secrets before it does anything
                return None
            done = _came_of(release, found, context)
            if done is None or done.ok or deadline.remaining() < 2 * _AGAIN_S:
                return done
            await asyncio.sleep(_AGAIN_S)


def _came_of(release: Release, found: tuple[Revision, ...], context: CallContext) -> Outcome | None:
    mark = next((mark for each in found if (mark := mark_of(each.secret, context.key))), None)
    if mark is None:
        return None
    newer = [each.record for each in found if each.record.version > int(mark.before)]
    made = next((each for each in reversed(newer) if each.goes_back_to(int(mark.after))), None)
    if made is None:
        return None
    if made.pending() or made.info.status == "failed":
        summary = f"Helm's rollback of {release.service} broke off: revision {made.version} is {made.info.status}."
        evidence = (_seen(release, summary, context),)
        return Outcome(ok=False, summary=summary, evidence=evidence, error_code=ConnectorError.code)
    return _outcome(release, mark, context)


def _outcome(release: Release, mark: Mark, context: CallContext) -> Outcome:
    summary = (
        f"The Helm release of {release.service} in {release.environment} was taken back from revision "
        f"{mark.before} to what revision {mark.after} was."
    )
    return Outcome(
        ok=True,
        summary=summary,
        evidence=(_seen(release, summary, context),),
        undo=_call(release, int(mark.before)),
    )


def _target(asked: HelmRollback, found: tuple[Revision, ...]) -> Revision:
    """Return the revision that is meant; raises `InvalidInput` where it is not there any more, or never was."""
    good = [each for each in found[1:] if each.record.info.status in {"superseded", "deployed"}]
    if asked.revision is None:
        if not good:
            raise InvalidInput(f"expected the release of {asked.service} to have a revision before, found none")
        return good[0]
    wanted = next((each for each in found if each.record.version == asked.revision), None)
    if wanted is None:
        there = ", ".join(str(each.record.version) for each in found)
        raise InvalidInput(
            f"expected a revision of the release of {asked.service} that is still there ({there}), "
            f"found {asked.revision}",
            hint="Helm keeps as many revisions as its --history-max says.",
        )
    return wanted


def _require_settled(now: Record) -> None:
    if now.pending():
        raise InvalidInput(
            f"expected a release that Helm does not work on, found revision {now.version} {now.info.status}",
            hint="Wait until it ends; one that broke off is mended with helm itself.",
        )


def _call(release: Release, revision: int, asked: HelmRollback | None = None) -> Call:
    settled = asked is not None and asked.revision != revision
    origin = {"revision": Provenance.CATALOGUE} if settled else {}
    return Call(tool=HELM_ROLLBACK.name, arguments={**release.where(), "revision": revision}, provenance=origin)


def _version(each: Record) -> str:
    chart = named(f"{each.chart.metadata.name}-{each.chart.metadata.version}", "its chart")
    return f"revision {each.version} ({chart})"


def _said(each: Record, context: CallContext) -> str:
    at = f" at {clock(each.info.last_deployed, context.now)}" if each.info.last_deployed else ""
    return f"{_version(each)} {each.info.status}{at}"


def _seen(release: Release, summary: str, context: CallContext) -> Evidence:
    query = f"GET {release.path}?labelSelector=owner=helm,name={release.name}"
    return Evidence(
        id=evidence_id(context, query), source="helm", query=query, summary=summary, observed_at=context.now
    )
