"""What Quarterdeck itself takes, and what it brings: tokens, time and money, against what was saved.

spool       facts on their way to the store, in a file that a crash leaves behind
metering    takes facts off the path of a turn: `agents.ports.Meter`, turns, tools
following   what plans used, from the runs that came to an end
budget      what models may cost a month; beyond it, the embedded interpreter answers
exporting   usage as CSV, as JSON lines, and as a FOCUS bill that our own mart reads
returns     measured savings and minutes saved against own cost
room        answers people, from stored facts alone
"""
