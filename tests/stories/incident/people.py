"""Whose accounts at a chat are whose here."""

from collections.abc import Mapping

from bot.demo.stage import Stage
from memory.clock import SystemClock
from memory.model.identity import Account, AccountSource, Identity
from tests.stories.incident.telling import TENANT


async def linked(stage: Stage, source: AccountSource, issuer: str, accounts: Mapping[str, str]) -> None:
    """Link an account to each person."""
    for person, subject in accounts.items():
        account = Account(source=source, issuer=issuer, subject=subject)
        await stage.house.store.identities.add(
            Identity(
                id=f"identity_{person}",
                tenant=TENANT,
                account=account,
                person=person,
                linked_at=SystemClock().now(),
            )
        )
