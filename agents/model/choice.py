"""Which models may answer a question, and in which order they are asked. Pure.

What rules forbid is never asked, however the others fare. Among the rest a tenant's order decides, and where it
says nothing: fitness for the need, success, cost and measured latency.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from agents.model.fleet import Data, Fleet, Model, Need, Provider, Rules, Size
from agents.model.question import Question
from agents.model.standing import Standing

_FITTING = {Need.CLASSIFY: Size.SMALL, Need.WRITE: Size.SMALL, Need.INVESTIGATE: Size.LARGE}
_TYPICAL_OUTPUT = 200  # tokens
_NONE: Mapping[str, float] = MappingProxyType({})
_COARSE_S = 0.25  # differences in latency below it decide nothing


def barred(fleet: Fleet, rules: Rules, question: Question, model: Model, *, spent: Mapping[str, Decimal]) -> str:
    """Return why a model may not answer, in a few words; empty where it may."""
    provider = fleet.provider_of(model)
    return _forbidden(rules, question, model, provider) or _unable(rules, question, model, spent)


def _forbidden(rules: Rules, question: Question, model: Model, provider: Provider) -> str:
    trust = rules.least_trust
    if question.data is Data.EVIDENCE:
        trust = max(trust, rules.least_trust_for_evidence)
    if model.name in rules.never:
        return "the tenant's rules leave it out"
    if rules.regions and provider.region not in rules.regions:
        return f"it is in {provider.region or 'no named region'}, not in {' or '.join(rules.regions)}"
    if provider.trust < trust:
        return f"it is trusted {provider.trust}, and {trust} is asked for"
    if question.data is Data.EVIDENCE and provider.data is Data.NAMES:
        return "it may not be sent evidence"
    return ""


def _unable(rules: Rules, question: Question, model: Model, spent: Mapping[str, Decimal]) -> str:
    if question.tools and not model.tools:
        return "it uses no tools"
    if question.length() > model.context:
        return f"the question is about {question.length()} tokens, and it holds {model.context}"
    if rules.most_cost is not None and not model.free and spent.get(model.currency, 0) >= rules.most_cost:
        return f"the {rules.most_cost} {model.currency} a day for models are spent"
    return ""


def candidates(
    fleet: Fleet,
    rules: Rules,
    question: Question,
    standing: Callable[[str], Standing],
    *,
    spent: Mapping[str, Decimal],
    weights: Mapping[str, float] = _NONE,
) -> tuple[Model, ...]:
    """Return the models that may answer, in the order to ask them; none: no model may.

    `weights` are learned: they come after the tenant's own order and before what is only supposed.
    """
    allowed = [each for each in fleet.models if not barred(fleet, rules, question, each, spent=spent)]
    order = (*rules.by_need.get(question.need, ()), *rules.order)
    place = {name: number for number, name in reversed(list(enumerate(order)))}

    def rank(model: Model) -> tuple[object, ...]:
        fares = standing(model.name)
        cost = model.cost(question.length() - question.most_tokens, 0, _TYPICAL_OUTPUT)
        return (
            not fares.good,
            place.get(model.name, len(order)),
            -weights.get(model.name, 0.0),
            model.size is not _FITTING[question.need],
            cost is None,
            cost or Decimal(0),
            int((fares.seconds or 0.0) / _COARSE_S),
        )

    return tuple(sorted(allowed, key=rank))
