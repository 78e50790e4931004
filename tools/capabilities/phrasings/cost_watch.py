"""How people ask about costs that are watched, and what they say to them."""

COST_FINDINGS = (
    "what stands out in the bill?",
    "any cost anomalies?",
    "show the cost findings",
    "is there any unusual spend",
    "are there cost spikes",
    "anything unusual in our cloud costs?",
    "which costs are higher than expected",
    "which services cost more than usual",
    "is our spend normal",
    "did spend spike anywhere",
    "anything wrong with the bill",
    "any unexpected costs",
    "cost outliers",
    "did our costs spike",
    "is something wrong with our costs",
    "what's strange in the bill",
    "what's odd about the spend",
    "anything that stands out in our spend",
    "is something off with the bill",
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
    "expected bill",
    "cost outlook",
    "what are we going to pay",
    "predicted spend",
    "where are our costs heading",
    "will costs go up",
    "how much will {service} cost next month",
    "will the bill be higher next month",
    "projected costs by service",
    "what do we expect to spend",
    "where will spend be at the end of the month",
    "how much are we going to spend",
    "estimate the bill for this month",
    "estimated costs this month",
)

COST_BUDGETS = (
    "how are our budgets doing",
    "does the budget last?",
    "are we over budget",
    "which budgets are at risk",
    "show the cost budgets",
    "will we stay within budget this month",
    "spend against budget",
    "budget versus spend",
    "which teams are over budget",
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
