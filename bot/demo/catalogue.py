"""The demo shop as a catalogue: what a team would have written down about its services."""

from bot.demo.shop import ENVIRONMENT, FLAGS
from memory.model.catalogue import Catalogue, Service


def _flags(service: str) -> tuple[str, ...]:
    return tuple(name for name, flag in FLAGS.items() if flag.service == service)


CATALOGUE = Catalogue(
    services=(
        Service(
            name="storefront",
            aliases=("shop", "store", "frontend", "web shop"),
            environments=(ENVIRONMENT,),
            owner="team-storefront",
            criticality=1,
            depends_on=("checkout",),
            description="The pages people buy on.",
            flags=_flags("storefront"),
        ),
        Service(
            name="checkout",
            aliases=("basket", "cart", "checkout service", "orders"),
            environments=(ENVIRONMENT,),
            owner="team-checkout",
            criticality=2,
            depends_on=("payments",),
            description="Prices baskets and takes orders.",
            flags=_flags("checkout"),
        ),
        Service(
            name="payments",
            aliases=("payment", "pay", "payment gateway", "charges"),
            environments=(ENVIRONMENT,),
            owner="team-payments",
            criticality=1,
            description="Charges cards.",
            flags=_flags("payments"),
        ),
    )
)
