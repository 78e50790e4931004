"""The costs of a house."""
