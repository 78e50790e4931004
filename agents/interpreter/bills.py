"""Whether a message asks about costs, told by its words alone: money, bills, and what goes on about them. Pure.

It claims no order to act, and none of the neighbours of a bill: forecasts, budgets, anomalies and savings are
asked for with words of their own.
"""

import re
from typing import Final

from agents.interpreter.focus import Focus
from memory.model.intent import Argument, Intent, IntentKind, Provenance

TOOL: Final = "cost.ask"
LONGEST: Final = 400  # characters; more is something pasted
KEPT: Final = 4  # questions that a further one may lean on

_MONEY: Final = re.compile(
    r"(?<![\w-])(?:costs?|costing|costly|spend|spenders?|spends|spent|spending|expenses?|expenditure|expensive"
    r"|untagged|amorti[sz]ed)(?![\w-])"
    r"|\b(?:billing data|billing (?:period|account|currency)s?|billed cost|(?:our|the|an?|last"
    r"|monthly) invoices?)(?![\w-])"
    r"|\b(?:the|our|my|total|cloud|aws|azure|gcp|google|oracle|monthly|last) bills?(?![\w-])|^bill(?![\w-])"
    r"|\bbill (?:for|of|by|in|from|up|go|went|gone|so|rise|rose|increase)\b"
    r"|\b(?:commitment|reservation|savings plan|reserved instance|ri|cud)s?(?: discounts?)? "
    r"(?:utili[sz]ation|coverage|usage)\b"
    r"|\butili[sz]ation of (?:our |the )?(?:commitments|reservations|savings plans)\b"
    r"|\bunused (?:commitments|reservations|savings plans)\b|\beffective savings rate\b"
    r"|\bdiscounts? (?:save|saved|saving|bring|brought)\b"
    r"|\b(?:how much|what) (?:did|do|does|have|has|are|were|was) (?:we|\w+) (?:pay|paid|paying|been charged"
    r"|(?:billed|invoiced|charged))\b|\b(?:cloud|tax|discount|refund)s? (?:charges|credits)\b|\bhow much money\b"
    r"|\b(?:our|cloud|aws|azure|gcp|any|which|what|how many|how much) credits\b|^credits\b"
    r"|[$€£] ?\d[\d,.]*|\d (?:dollars|euros|bucks)\b|\bburn(?:s|ing)? (?:rate|the most money|money)\b|\bpaying for\b"
    r"|\btax(?:es)? (?:in|last|this|for|did|on)\b|\b(?:priciest|costliest|pricey)\b"
    r"|\bhow much (?:goes|went|is going) (?:to|into|on)\b|\bpay(?:s|ing)? (?:so much|more|the most)\b|\b(?:who|which \w+) pays?\b"
    r"|\bwhere (?:does|did|do|is|has) (?:all )?(?:the|our) money\b|(?<!share )(?<!stock )\bprice (?:of|per)\b"
)
_RANKED: Final = re.compile(
    r"\b(?:top|bottom|biggest|largest|main|cheapest|costliest"
    r"|priciest)(?: \w+)? (?:cloud )?(?:services|accounts|subscriptions|regions|resources"
    r"|providers|teams|skus|applications|apps|environments|projects|products|categories)\b"
    r".*\b(?:month|week|quarter|year|yesterday|days?|q[1-4]|20\d\d|against|versus|vs)\b"
)
_NEIGHBOURS: Final = re.compile(
    r"\b(?:forecasts?|forecasted|predict\w*|project(?:ed|ion)\w*|outlook|budgets?|anomal\w*"
    r"|unusual\w*|outliers?|rightsiz\w*|right-siz\w*|idle|orphan\w*|what if|what-if"
    r"|get us (?:under|below|to)"
    r"|going to (?:cost|spend|pay)|will (?:\w+ ){0,4}(?:cost|spend|be|come|pay)|save(?! us)"
    r"|saving (?!s)|savings?(?! plans?)(?! rate)|cheaper|cut(?:ting)?|reduc(?:e|ing)|lower(?:ing)? (?:the|our|my)|trim|shave"
    r"|shrink|squeeze|wast(?:e[ds]?|eful|ing)|optimi[sz]\w+|oversized|overprovisioned|unused (?!commit|reserv|savings)"
    r"|tokens?|roi"
    r"|language model|expected)\b"
    r"|\b(?:bring|get|keep|push|fit|cap) .*\b(?:under|below|down to|into \{?\d)"
    r"|\b(?:bring|get|keep|push|fit|cap|cut|take|hold|squeeze|shrink|lower|reduce|trim|limit)\b.*\b(?:to|at|within) [$€£]?\{?\d"
    r"|^(?!.*\b(?:which|what|how many|any(?:thing)?|days|services|teams|accounts|resources|regions|projects|apps"
    r"|subscriptions|skus|products)\b).*\b(?:under|below) [$€£]?\{?\d"
)
_SUM: Final = r"(?:[$€£] ?\d[\d,.]*k?|\d[\d,.]* ?k?(?: dollars| euros| bucks)?|\{money\})"
_AIMED: Final = re.compile(
    rf"^(?!.*\b(?:did|was|were|spent|paid|over|above|which|how many|any|days|services|teams|accounts|resources|projects)\b)"
    rf".*{_SUM} (?:a|per|each|every) month\b|^(?!.*\b(?:did|was|were|spent|paid)\b).*{_SUM} monthly\b"
    r"|\b(?:how|can|could|ideas?|ways?|want|need|help)\b.*\b(?:spend|pay) less\b|\b(?:to|for|we) lower(?:ing)? costs?\b"
    r"|\bcosts? reductions?\b|\b(?:bring|get|drive|push)\b.*\bdown\b|\bquick wins?\b|\blow[- ]hanging\b|\bpay(?:ing)? too much\b"
    r"|\bmake\b.*\bsmaller\b|\bpay(?:ing)? for\b.*\b(?:nobody|not|don'?t|never)\b|\bwould have (?:been|cost|paid|spent)\b"
    r"|^(?!.*\b(?:discount|commitment|reservation|savings plan)).*\bsaved\b"
)
"""A sum that is to be reached, or less that is to be paid, is wished for and not asked about."""
_ORDER: Final = re.compile(
    r"^\W*(?:please |pls |can you |could you |now |just )*(?:restart|roll ?back|rollback"
    r"|scale|deploy|silence|mute|page|declare|note|kill|drain|cordon|rotate|disable|enable"
    r"|turn|promote|merge|apply|delete|stop|start|acknowledge|ack|resolve|approve|deny)\b"
)
_GOES_ON: Final = re.compile(
    r"^(?:and|but|also|what about|how about|same|the same|only|just|now|ok|okay|then"
    r"|instead|without|excluding|except|by|per|break|split|for|in|over|last|this|yesterday"
    r"|today|since|compare|compared|against|vs|versus|group|top|day by day|drill|as a|which"
    r"|why (?:is|did|has|was|so|are))\b"
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:alerts?|incidents?|deploy\w*|rollbacks?|latency|error|errors|traffic|logs?|pods?"
    r"|replicas?|on-?call|flags?|runbooks?|health\w*|wrong|down|slow|cpu|memory|restart\w*"
    r"|plans?|approv\w*|help|undo|status)\b"
)
_ABOUT_OTHERS: Final = re.compile(
    r"\b(?:alerts?|incidents?|silenc\w*|runbooks?|rollbacks?|pods?|replicas?|on-?call|sev ?\d|feature flags?)\b"
)
_OTHERS: Final = (_ORDER, _NEIGHBOURS, _AIMED, _ABOUT_OTHERS)
_SHORT: Final = 12  # words of a question that leans on the one before


def about_costs(text: str, focus: Focus) -> bool:
    """Return whether a message asks what was spent, or goes on from an answer to that."""
    lower = " ".join(text.lower().split())
    if len(lower) > LONGEST or any(other.search(lower) for other in _OTHERS):
        return False
    if _MONEY.search(lower) or (_RANKED.search(lower) and not _ELSEWHERE.search(lower)):
        return True
    goes_on = focus.tool == TOOL and focus.pending is None and _GOES_ON.match(lower) is not None
    return goes_on and len(lower.split()) <= _SHORT and not _ELSEWHERE.search(lower)


def asked(text: str, focus: Focus) -> Intent:
    """Return the intent: the question in the person's own words, and those before it that it may lean on."""
    arguments = {
        "question": Argument(value=text.strip()[:2000], provenance=Provenance.SAID, quote=text.strip()[:2000])
    }
    if focus.tool == TOOL:
        before = [
            str(each.value) for name in ("after", "question") if (each := focus.arguments.get(name)) is not None
        ]
        earlier = [line for said in before for line in said.split("\n") if line.strip()][-KEPT:]
        if earlier:
            arguments["after"] = Argument(value="\n".join(earlier), provenance=Provenance.CONVERSATION)
    return Intent(text=text, kind=IntentKind.TOOL, tool=TOOL, arguments=arguments, confidence=1.0)
