"""What monitoring systems send, read into one shape: one module for each, by its own documentation. Pure.

`read` reads a payload of a source that is known, `recognised` says which source a payload looks like. What is
neither an alert nor a change (a comment, a ping) is read into nothing; what is not in its documented form is an
error that names the field.
"""

from tools.webhooks.report import Report, ReportKind
from tools.webhooks.sources import SOURCES, read, recognised

__all__ = ["SOURCES", "Report", "ReportKind", "read", "recognised"]
