"""What past turns teach the interpreter: which phrasings, for which tools, and whether they make it better.

    turns     what is known of a past turn: what was said, what was understood, what people made of it
    lessons   phrasings for tools, from what people accepted; what they rejected holds one back
    ranking   which of several runbooks that fit comes first, by what people took
    serving   which model is asked first, by what people made of its readings
    parts     what a replay finds of one set of cases
    replay    the interpreter with and without them, over past turns and over every phrasing there is

Pure. Nothing here is put in use: people review what it finds.
"""
