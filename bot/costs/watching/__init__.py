"""What is watched of costs each night: findings of the radar, forecasts beside what came, and budgets.

    gathering   the days of each group, as the bills tell them
    radar       findings, with their drivers and what happened around them
    trials      what was forecast, kept until the month is over, and how good it was
    budgets     how each budget stands
    forecasting what will be spent, kept while the same days are known
    learning    what people say is expected, and who said so
    night       all of it, once for each new day of bills
    room        what people ask and say; book: what hands of a conversation do

Reads bills through `bot.costs` alone; changes nothing but its own notes.
"""
