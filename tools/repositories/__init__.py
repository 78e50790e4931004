"""Repositories of source as every connector may use them: names, and changes drafted, pushed and found again."""
