"""Bills: where they lie outside, and the hand that answers questions about those that were taken in."""

from tools.connectors.costs.asking import hands
from tools.connectors.costs.bucket import Bucket
from tools.connectors.costs.opencost import OpenCost

__all__ = ["Bucket", "OpenCost", "hands"]
