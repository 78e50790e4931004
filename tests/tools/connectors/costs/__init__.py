"""Bills outside."""
