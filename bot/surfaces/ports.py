"""What the composition root gives to every web surface."""

import asyncio
from dataclasses import dataclass, field

from bot.pictures import Pictures
from bot.surfaces.alerts import AlertDesk, OnCallDesk
from bot.surfaces.approving import ApprovalDesk
from bot.surfaces.archive import Archive
from bot.surfaces.controls import Controls
from bot.surfaces.cost_watch import CostWatchDesk
from bot.surfaces.costs import CostsDesk
from bot.surfaces.dead_letters import DeadLetterDesk, QueueDesk
from bot.surfaces.desk import Desk, Doorkeeper
from bot.surfaces.identities import IdentityRoom
from bot.surfaces.incident_numbers import NumbersDesk
from bot.surfaces.incidents import IncidentDesk
from bot.surfaces.lessons import LessonDesk
from bot.surfaces.models import ModelDesk
from bot.surfaces.nodes import NodeDesk
from bot.surfaces.procedures import RunbookDesk
from bot.surfaces.recall import RecallDesk
from bot.surfaces.savings import SavingsDesk
from bot.surfaces.scribing import ScribeDesk
from bot.surfaces.signed_log import SignedLog
from bot.surfaces.speech import DialInDesk, VoiceDesk
from bot.surfaces.transcripts import TranscriptDesk
from bot.surfaces.usage import UsageDesk
from bot.surfaces.venues import RoomDesk, Venue
from bot.telemetry import Metrics
from memory.clock import Clock
from memory.ids import Ids


@dataclass(frozen=True)
class Ports:
    """The desk, the log and the doorkeeper, and what it takes to serve them. `closing` ends live connections."""

    desk: Desk
    log: SignedLog
    doorkeeper: Doorkeeper
    clock: Clock
    ids: Ids
    archive: Archive | None = None  # None: this house keeps no archive, and offers none
    approvals: ApprovalDesk | None = None  # None: nobody signs approvals here, and a click is all there is
    controls: Controls | None = None
    dead_letters: DeadLetterDesk | None = None
    queue: QueueDesk | None = None
    nodes: NodeDesk | None = None
    runbooks: RunbookDesk | None = None
    recall: RecallDesk | None = None
    cost_watch: CostWatchDesk | None = None
    costs: CostsDesk | None = None  # None: no bills come from anywhere
    models: ModelDesk | None = None
    lessons: LessonDesk | None = None
    identity: IdentityRoom | None = None  # None: people are who the settings list, and nobody else
    incidents: IncidentDesk | None = None
    numbers: NumbersDesk | None = None
    rooms: RoomDesk | None = None  # None: nobody opens rooms for incidents
    transcripts: TranscriptDesk | None = None
    venues: dict[str, Venue] = field(default_factory=dict)  # where rooms are made: each chat adds itself
    savings: SavingsDesk | None = None
    usage: UsageDesk | None = None
    alerts: AlertDesk | None = None
    oncall: OnCallDesk | None = None
    voice: VoiceDesk | None = None  # None: nobody listens here
    scribe: ScribeDesk | None = None
    dial_in: DialInDesk | None = None  # None: nobody calls here
    pictures: Pictures = field(default_factory=Pictures)
    metrics: Metrics = field(default_factory=Metrics)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
