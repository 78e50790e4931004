"""Finding again what is remembered: by its words and by its meaning.

The texts stand in the store; what is kept here
is derived from them and can be rebuilt.
"""
