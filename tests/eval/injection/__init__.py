"""Prompt injection against the whole house: a worst-case model, a ledger outside, and a checker of its own."""
