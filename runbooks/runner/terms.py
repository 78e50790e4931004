"""The terms on which people approve: how long a plan waits, who attests their clicks, and where they sign."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tools.approvals.signing import Attester

APPROVAL_LIFETIME = timedelta(minutes=30)
STANDING_LIFETIME = timedelta(hours=8)


@dataclass(frozen=True)
class Terms:
    """`link` gives the address of the page on which a passkey is asked for a run."""

    attester: Attester
    lifetime: timedelta = APPROVAL_LIFETIME
    standing: timedelta = STANDING_LIFETIME  # the longest a standing approval may last
    link: Callable[[str], str] = "/console/approve/{}".format
