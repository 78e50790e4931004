"""Runbooks that others wrote, brought into our format: plain Markdown and AWS SSM Automation documents. Pure.

Every command is kept as it stands, classified and marked. What is imported only ever suggests: nothing in it can
be carried out until somebody writes the actions by hand and reviews them.
"""

from runbooks.importing.commands import classified
from runbooks.importing.reader import imported
from runbooks.importing.report import Imported, ImportReport
from runbooks.importing.verdict import Verdict

__all__ = ["ImportReport", "Imported", "Verdict", "classified", "imported"]
