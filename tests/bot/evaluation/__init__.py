"""Runs of evaluations."""
