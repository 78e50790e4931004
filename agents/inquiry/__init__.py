"""Looking into a question with a language model: a bounded loop over tools that read, and an answer that cites.

The model sees no tool that changes anything, no grant, no approval and no secret. What it says is printed sentence
by sentence, as far as the facts it cites show it. A change it thinks of is words, read by the interpreter.
"""

from agents.inquiry.inquirer import Bounds, ModelInquiry
from agents.inquiry.port import Inquired, Inquiry

__all__ = ["Bounds", "Inquired", "Inquiry", "ModelInquiry"]
