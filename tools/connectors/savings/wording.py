"""How savings read in a sentence, and as evidence. Pure."""

from memory.model.evidence import Evidence
from memory.model.saving import Counted, Measured, Risk
from tools.contract import CallContext
from tools.hands import evidence_id
from tools.saving_words import between, money
from tools.wording import many

_RISK = {Risk.LOW: "low risk", Risk.MEDIUM: "some risk", Risk.HIGH: "high risk"}


def line(number: int, counted: Counted) -> str:
    """Return one saving as a line of a ranked plan."""
    saving = counted.saving
    who = "a tool does it" if saving.calls else "by hand"
    says = between(counted.monthly, saving.currency)
    return f"{number}. {saving.title}: {says} a month, {_RISK[saving.risk]}, {who}"


def fact(number: int, counted: Counted, context: CallContext) -> Evidence:
    """Return a saving as a fact that can be cited, with what it rests on and what may go wrong."""
    saving = counted.saving
    rests = "; ".join(each.summary for each in saving.evidence)
    risks = "; ".join(saving.risks)
    return Evidence(
        id=evidence_id(context, saving.id),
        source="savings",
        query=saving.id,
        summary=f"{line(number, counted)}. It rests on: {rests}. Risks: {risks}.",
        observed_at=context.now,
        value=str(counted.monthly.expected),
        unit=saving.currency,
        text=saving.advice,
    )


def brought(each: Measured) -> str:
    """Return what a saving that was taken up brought, in a line."""
    saving, since = each.adoption.saving, f"{each.adoption.at:%Y-%m-%d}"
    if each.saved is None or each.monthly is None or each.was is None:
        return f"{saving.title} (since {since}): {each.note}"
    saved = between(each.saved, saving.currency)
    return (
        f"{saving.title} (since {since}): {saved} in {many(each.days, 'day')}, "
        f"{money(each.monthly.expected, saving.currency)} a month"
    )
