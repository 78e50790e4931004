"""Databases that may be read."""
