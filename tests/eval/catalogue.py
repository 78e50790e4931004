"""The estate that every phrasing of the evaluation set is about: fixed, invented, full of near-collisions.

Names that contain each other (checkout, checkout-worker), aliases that are everyday words (web, stock, catalog),
words that fit several services (billing, the worker, the api) and services that run in one environment only are
there on purpose. The expected arguments of `intents/*.jsonl` are true of this catalogue and of no other.
"""

from memory.model.catalogue import Catalogue, Service

PROD_STAGING = ("production", "staging")
EVERYWHERE = ("production", "staging", "dev")
PEOPLE = ("alice", "bob", "priya", "jonas", "mei")

CATALOGUE = Catalogue(
    services=(
        Service(
            name="storefront",
            aliases=("web", "frontend", "shop"),
            environments=PROD_STAGING,
            owner="team-web",
            criticality=1,
            depends_on=("search", "recommendations", "auth", "checkout"),
            description="The shop's web pages.",
            flags=("new-homepage", "dark-mode"),
        ),
        Service(
            name="checkout",
            aliases=("cart", "checkout-api"),
            environments=PROD_STAGING,
            owner="team-purchase",
            criticality=1,
            depends_on=("payments", "inventory", "auth"),
            description="Carts and orders.",
            flags=("new-checkout", "express_pay"),
        ),
        Service(
            name="checkout-worker",
            environments=PROD_STAGING,
            owner="team-purchase",
            criticality=2,
            depends_on=("checkout", "notifications"),
            description="Works through the order queue.",
        ),
        Service(
            name="payments",
            aliases=("payment", "payments-api"),
            environments=EVERYWHERE,
            owner="team-money",
            criticality=1,
            depends_on=("payments-gateway",),
            description="Charges and refunds.",
            flags=("instant-refunds",),
        ),
        Service(
            name="payments-gateway",
            aliases=("pgw", "gateway"),
            owner="team-money",
            criticality=1,
            description="Speaks to the card networks.",
        ),
        Service(
            name="search",
            aliases=("search-api",),
            environments=PROD_STAGING,
            owner="team-discovery",
            criticality=2,
            description="Finds products.",
            flags=("semantic-search",),
        ),
        Service(
            name="search-indexer",
            aliases=("indexer",),
            owner="team-discovery",
            depends_on=("inventory",),
            description="Feeds the search index.",
        ),
        Service(
            name="auth",
            aliases=("login", "sso"),
            environments=EVERYWHERE,
            owner="team-identity",
            criticality=1,
            description="Signs people in.",
            flags=("mfa-required",),
        ),
        Service(
            name="notifications",
            aliases=("notifs", "notification"),
            environments=PROD_STAGING,
            owner="team-messaging",
            depends_on=("email-worker",),
            description="Decides who is told what.",
            flags=("weekly-digest",),
        ),
        Service(
            name="email-worker",
            aliases=("mailer",),
            owner="team-messaging",
            description="Sends mail.",
        ),
        Service(
            name="inventory",
            aliases=("stock",),
            environments=EVERYWHERE,
            owner="team-supply",
            criticality=2,
            description="What is in the warehouses.",
            flags=("low-stock-banner",),
        ),
        Service(
            name="recommendations",
            aliases=("recs", "reco"),
            environments=PROD_STAGING,
            owner="team-discovery",
            description="What else people may like.",
            flags=("recs-v2",),
        ),
        Service(
            name="billing-api",
            aliases=("invoicing",),
            environments=PROD_STAGING,
            owner="team-money",
            criticality=2,
            depends_on=("payments", "auth"),
            description="Invoices.",
            flags=("invoice_pdf_v2",),
        ),
        Service(
            name="billing-export",
            owner="team-money",
            depends_on=("billing-api",),
            description="Nightly export to accounting.",
        ),
        Service(
            name="catalog-next",
            aliases=("catalog",),
            environments=("staging",),
            owner="team-supply",
            description="The product catalogue to come.",
        ),
    )
)
