"""Procedures and what runs them: from an intent to a plan, and from an approved plan to its outcome."""
