"""What carrying something out would mean, found out without carrying anything out."""

from memory.model.approval import Assurance
from memory.model.decision import Decision
from memory.model.impact import Impact
from memory.model.plan import Plan
from memory.model.run import Preview, RunStatus
from memory.model.track import TrackRecord
from memory.model.value import Identifier, Moment, Value


class StepForecast(Value):
    """One step of a plan: what its dry run showed, and what policy says of it by itself."""

    says: str
    preview: Preview
    decision: Decision


class Simulation(Value):
    """A plan that was not submitted: its digest is the one people would approve. Without one, why there is none.

    `decision` is about the plan as a whole, its undos and measurements included.
    """

    plan: Plan | None = None
    plan_digest: str = ""
    decision: Decision | None = None
    steps: tuple[StepForecast, ...] = ()
    refusal: str = ""
    hint: str = ""
    code: str = ""
    policies: tuple[Identifier, ...] = ()


class Approver(Value):
    """Somebody who could approve a plan, as far as policy says now."""

    person: Identifier
    name: str
    assurance: Assurance


class PastRun(Value):
    """What came of the same procedure before, and what this plan would have done then.

    `differs` are the arguments that were others, `measured` its checks before and after, `alerts` what it was for.
    """

    run: Identifier
    service: str
    at: Moment
    status: RunStatus
    worked: bool
    differs: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()


class Outlook(Value):
    """What is known beforehand of a plan besides its dry run: how far it reaches, who could agree, how it went."""

    impact: Impact
    reach: tuple[str, ...] = ()  # the impact in words
    picture: str = ""  # and as SVG
    approvers: tuple[Approver, ...] = ()
    track: tuple[TrackRecord, ...] = ()
    record: tuple[str, ...] = ()  # the track record in words
    past: tuple[PastRun, ...] = ()
