"""Which models people were served well by, learned and reviewed: an order of those that rules allow."""

from collections.abc import Mapping

from agents.model.fleet import Need


class Preferences:
    """The weights in use, by tenant, need and model; where none is known a model has none."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, Need], Mapping[str, float]] = {}

    def put(self, tenant: str, need: Need, weights: Mapping[str, float]) -> None:
        """Use these weights for a tenant's questions of a need, in place of those of before."""
        self._of[tenant, need] = dict(weights)

    def of(self, tenant: str, need: Need) -> Mapping[str, float]:
        """Return the weights of a tenant's questions of a need."""
        return self._of.get((tenant, need), {})
