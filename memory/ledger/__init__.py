"""The published log: written as files, read, verified and proven from them. No database, no secret, no server.

What verifies a log is given the keys to believe; it trusts no byte of what it reads.
"""
