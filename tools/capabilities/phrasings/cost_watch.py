"""How people ask about costs that are watched, and what they say to them."""

COST_FINDINGS = (
    "what stands out in the bill?",
    "any cost anomalies?",
    "show the cost findings",
    "is there any unusual spend",
    "are there cost spikes",
    "anything unusual in our cloud costs?",
    "which costs are higher than expected",
)

COST_OUTLOOK = (
    "what will the bill come to this month?",
    "what will this month cost?",
    "cost forecast",
    "forecast our cloud spend",
    "how much will we spend this month",
    "forecast costs by service",
    "what will we spend in the next three months",
    "where will our costs end up this month",
)

COST_BUDGETS = (
    "how are our budgets doing",
    "does the budget last?",
    "are we over budget",
    "which budgets are at risk",
    "show the cost budgets",
    "will we stay within budget this month",
)

COST_EXPECT = (
    "that spike on compute is expected",
    "expected, it was the load test",
    "the cost increase in storage is expected",
    "mark the cost finding on compute as expected",
    "the compute spike is expected every month",
)

COST_UNEXPECT = (
    "that spike on compute is not expected after all",
    "the cost increase in storage is not expected",
    "the cost finding on compute is no longer expected",
)
