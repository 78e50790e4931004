"""Bills: where they lie outside, and the hand that answers questions about those that were taken in."""

from tools.connectors.costs.asking import hands
from tools.connectors.costs.bucket import Bucket
from tools.connectors.costs.expecting import expecting
from tools.connectors.costs.opencost import OpenCost
from tools.connectors.costs.watching import looking

__all__ = ["Bucket", "OpenCost", "expecting", "hands", "looking"]
