"""Understanding with the help of a language model, which makes it better and never possible.

The model sees the person's words, the catalogue and the tools' descriptions. It never sees a secret, evidence, an
approval or anything that acts, and what it says is taken for a claim that is checked.
"""
