"""What is watched of costs each night: findings of the radar, forecasts beside what came, and budgets.

    gathering   the days of each group, as the bills tell them
    radar       findings, with their drivers and what happened around them
    trials      what was forecast, kept until the month is over, and how good it was
    budgets     how each budget stands
    night       all of it, once for each new day of bills
    room        what people ask and say

Reads bills through `bot.costs` alone; changes nothing but its own notes.
"""
