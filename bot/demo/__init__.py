"""A small estate to try Quarterdeck on: real HTTP services, scraped and alerted on for real, that can be changed.

It is a system of its own: Quarterdeck reaches it only over HTTP, as it would reach anybody's.
"""
