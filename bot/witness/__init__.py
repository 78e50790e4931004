"""A witness: a process of its own, with a key of its own, that cosigns what only grows (C2SP tlog-witness).

It shares formats with the log it watches and nothing else: no settings, no store, no surface. Whoever runs the log
should not run this.
"""
