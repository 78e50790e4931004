"""Prompts, as files that can be read and reviewed."""
