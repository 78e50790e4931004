"""The language models of the house, seen from outside: what is counted of them, how they fare, what is tried."""
