"""What the demo shop consists of, as data: services, their routes, their releases and their feature flags.

How a release or a flag behaves stands here and nowhere in code. Light, so that a service's process may read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ENVIRONMENT = "production"
MOST_REPLICAS = 5


@dataclass(frozen=True)
class Behaviour:
    """What a release or a flag adds to a service's requests: a delay, and a share between 0 and 1 that fails."""

    delay_s: float = 0.0
    error_share: float = 0.0
    complaint: str = ""  # what the service logs when it fails so


@dataclass(frozen=True)
class Upstream:
    """A request to another service that a request waits for."""

    service: str
    method: str
    path: str


@dataclass(frozen=True)
class Route:
    """One thing a service answers: how long its own work takes, and whom it asks."""

    method: str
    path: str
    delay_s: float
    upstreams: tuple[Upstream, ...] = ()


@dataclass(frozen=True)
class Flag:
    """A feature flag of one service, and how the service behaves while it is on."""

    service: str
    description: str
    on: Behaviour
    enabled: bool = False  # in a new estate


@dataclass(frozen=True)
class Install:
    """What runs of a service in a new estate: its releases so far, the last of which runs, and how many times."""

    releases: tuple[str, ...]
    replicas: int


ROUTES: Mapping[str, tuple[Route, ...]] = {
    "storefront": (
        Route("GET", "/", 0.005),
        Route("POST", "/buy", 0.005, (Upstream("checkout", "POST", "/orders"),)),
    ),
    "checkout": (Route("POST", "/orders", 0.02, (Upstream("payments", "POST", "/charges"),)),),
    "payments": (Route("POST", "/charges", 0.03),),
}

RELEASES: Mapping[str, Mapping[str, Behaviour]] = {
    "storefront": {"2.6.4": Behaviour(), "2.7.0": Behaviour(), "2.7.1": Behaviour()},
    "checkout": {
        "1.4.0": Behaviour(delay_s=0.01),
        "1.4.1": Behaviour(),
        "1.4.2": Behaviour(
            delay_s=0.55, error_share=0.3, complaint="pricing failed: KeyError: 'discount_tier' in price_basket()"
        ),
        "1.4.3": Behaviour(),
    },
    "payments": {"3.1.9": Behaviour(delay_s=0.01), "3.2.0": Behaviour(), "3.2.1": Behaviour()},
}

FLAGS: Mapping[str, Flag] = {
    "new-pricing": Flag("checkout", "Price baskets with the new engine", Behaviour(delay_s=0.6)),
    "express-checkout": Flag("checkout", "Skip the address check for known buyers", Behaviour(delay_s=-0.01)),
    "fraud-screening": Flag("payments", "Score each charge for fraud", Behaviour(delay_s=0.01), enabled=True),
}

INSTALLS: Mapping[str, Install] = {
    "storefront": Install(("2.6.4", "2.7.0"), 1),
    "checkout": Install(("1.4.0", "1.4.1"), 2),
    "payments": Install(("3.1.9", "3.2.0"), 1),
}

BAD_RELEASE = ("checkout", "1.4.2")


def behaviours(service: str, version: str, flags: Mapping[str, bool]) -> tuple[Behaviour, ...]:
    """Return what shapes a request to this release now: the release itself and each of its flags that is on."""
    on = (flag.on for name, flag in FLAGS.items() if flag.service == service and flags.get(name, False))
    return (RELEASES[service][version], *on)
