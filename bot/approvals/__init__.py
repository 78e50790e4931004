"""Approvals that people sign: the desk for them, the credentials they sign with, the reviews of break-glass."""
