"""Runbook files: Markdown with a head of YAML and numbered steps, of which some can be carried out. Pure.

`read` gives a runbook with every line number, or findings; `lint` holds it against the tools there are;
`bound` and `compiled` make a proposal of it. What is shown and what is run come from one reading of one file.
"""

from runbooks.format.compiling import Compiled, compiled
from runbooks.format.finding import Finding, Severity
from runbooks.format.inputs import Input, InputType, bound
from runbooks.format.lint import lint
from runbooks.format.model import Runbook, Step
from runbooks.format.reading import read
from runbooks.format.rendering import html, outline

__all__ = [
    "Compiled",
    "Finding",
    "Input",
    "InputType",
    "Runbook",
    "Severity",
    "Step",
    "bound",
    "compiled",
    "html",
    "lint",
    "outline",
    "read",
]
