"""How people ask what could be saved. `{money}` stands for a sum."""

SAVINGS_LIST = (
    "where can we save money?",
    "what could we save",
    "how can we cut costs",
    "show savings",
    "list savings opportunities",
    "what is wasted",
    "where do we waste money",
    "how do we lower the bill",
    "find cost savings",
    "what could we rightsize",
    "which resources are orphaned",
    "what are the savings recommendations",
)

SAVINGS_UNDER = (
    "get us under {money} a month",
    "get us below {money} a month",
    "how do we get under {money} a month",
    "what would it take to stay under {money} a month",
    "bring the bill under {money}",
    "cut the bill to {money} a month",
    "how can we get the bill down to {money}",
    "reduce our monthly spend to {money}",
    "plan to get the cloud costs below {money} a month",
)

SAVINGS_MEASURED = (
    "what did we save?",
    "how much did the savings bring",
    "what have our savings brought",
    "measured savings",
    "did the savings work",
    "how much money did we save so far",
)

SAVINGS_TAKE = (
    "take the savings under {money}",
    "take up the savings that get us under {money}",
    "propose the savings under {money}",
    "take all the savings",
    "take up the savings",
    "propose the savings as a plan",
)
