"""Costs that are not as they were: found day by day, weighed in money, explained as far as the bill explains it.

    rhythm      days: weekdays, holidays, the same day of the month before
    form        a series as its level, its season and what comes on fixed days of a month
    watch       one point after another against what the past lets one expect: spikes, drops, new levels
    drift       levels that move so slowly that nothing else stands out
    hours       values of hours, whose tails are heavy: machines and markets
    findings    what people are told: where, since when, how much, and what to look at
    merging     the same money seen by service, account, region and team is one finding
    expected    what people said is expected, and what that silences
    outlooks    what will be spent, in a sentence and as charts
    budgets     whether a budget lasts, and on which day it is used up

Pure and deterministic: no clock, no files. A point is judged by what came before it, never by what follows.
"""
