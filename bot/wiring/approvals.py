"""What people sign approvals with, put together."""

from bot.approvals.desk import SignedApprovals
from bot.approvals.enrolment import Enrolment
from bot.approvals.reviewing import Reviewing
from bot.settings import Settings
from bot.surfaces.links import origin
from bot.telemetry import Metrics
from memory.clock import Clock
from memory.ids import Ids
from memory.store import Store
from runbooks.runner import Runner


def signed_approvals(
    settings: Settings, store: Store, runner: Runner, metrics: Metrics, clock: Clock, ids: Ids
) -> SignedApprovals:
    """Return the desk for approvals that people sign; passkeys answer to where people reach the console."""
    site = origin(settings.url())
    enrolment = Enrolment(store, site, clock, ids)
    reviewing = Reviewing(store, clock, ids)
    return SignedApprovals(store, runner, site, enrolment=enrolment, reviewing=reviewing, metrics=metrics)
