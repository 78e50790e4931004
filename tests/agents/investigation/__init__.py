"""Tests of the investigation."""
