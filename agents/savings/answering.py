"""What is said of savings that were looked for, and the offer to make one plan of those that tools can do."""

from agents.answer import Answer
from agents.narrator import narrated
from memory.model.intent import Intent
from memory.model.plan import Call
from memory.model.run import Outcome
from memory.model.saving import SavingsPlan
from memory.model.talk import Button, ButtonAction
from tools.capabilities.savings import SAVINGS_TAKE

_LABEL = "Propose what tools can do"


def answered(intent: Intent, outcome: Outcome) -> Answer:
    """Return the savings as an answer; where tools can do some of them, taking them up is on offer."""
    answer = narrated(intent, outcome)
    plan = SavingsPlan.model_validate(outcome.data["plan"])
    if not plan.calls():
        return answer
    amount = None if plan.target is None else float(plan.target)
    says = "take up the savings" if amount is None else f"take up the savings under {amount:,.2f} a month"
    return answer.model_copy(
        update={
            "suggestion": Call(tool=SAVINGS_TAKE.name, arguments={} if amount is None else {"amount": amount}),
            "buttons": (Button(label=_LABEL, action=ButtonAction.SAY, value=says),),
        }
    )
