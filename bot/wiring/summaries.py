"""What summarises incidents, put together: our own rules, and a language model where one is configured."""

from agents.model.purposed import SUMMARY
from agents.rewriter import Rewriter
from bot.identity import Directory
from bot.incidents.rooms.facts import KeptFacts
from bot.incidents.rooms.terms import RoomTerms
from bot.incidents.summaries import Summaries
from bot.wiring.models import LanguageModels
from memory.clock import Clock
from memory.store import Store
from tools.http import Circuit


def summaries(
    store: Store, directory: Directory, clock: Clock, models: LanguageModels, terms: RoomTerms
) -> Summaries:
    """Build what summarises; it promises the next update when the room will be told of it."""
    rewriter = _rewriter(models)
    return Summaries(KeptFacts(store), clock, name=directory.name, cadence=terms.cadence, rewriter=rewriter)


def _rewriter(models: LanguageModels) -> Rewriter | None:
    model = models.model(SUMMARY)
    return Rewriter(model, Circuit("the model, for summaries")) if model is not None else None
