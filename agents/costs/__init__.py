"""Questions about costs, understood without a model: words in, a typed and read-only plan out, and back to words.

    words      a question as words, each read once
    calendar   days, weeks, months, quarters and years
    periods    the times a question names
    comparing  the time it compares with
    shapes     how much or why, which money, how many, at which hours
    fields     what people call the columns of a bill and the keys of tags
    known      the names that stand in the bills
    grouping   by what costs are told apart
    filters    which charges are meant
    refusing   why a question cannot be asked
    following  a question that leans on the one before
    completing what a kind of question implies
    reading    all of it: a question to a `CostPlan`, or to why there is none
    phrasing   money, filters and plans in words again
    telling    the answer: sentence, table, chart, filters, where to go on

Whether a message is about costs at all is told in `agents.interpreter.bills`. Nothing here asks anybody anything:
no store, no clock, no network.
"""
