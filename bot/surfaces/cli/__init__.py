"""The terminal: a client of the REST surface that asks, shows and decides. It knows no other surface."""
