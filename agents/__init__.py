"""Thinking, never acting: words become intents, evidence becomes answers, wishes become plans."""
