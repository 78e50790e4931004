"""How people ask for each capability, one phrasing a line, in the words of people and not of systems.

A gap such as `{service}` stands for any value of that `Slot`; `{alert}` is an identifier that names an alert.
Words that decide which capability is meant (a signal, a severity, on or off) are written out. These phrasings are
what the embedded interpreter learns from, so a new capability brings at least twenty, terse and polite, typed and
spoken.
"""
