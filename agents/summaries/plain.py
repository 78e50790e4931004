"""A document as text of a few lines, for a chat or a terminal without colours. Pure."""

from agents.summaries.document import Document, Sentence
from agents.untrusted import inert


def plain(document: Document, *, cited: bool = True) -> str:
    """Return the document as Markdown in which nothing but our headings is markup, and nothing is loaded."""
    lines = [f"**{inert(document.title)}**"] if document.title else []
    for section in document.sections:
        lines += ["", f"**{inert(section.title)}**", *(_line(each, cited=cited) for each in section.sentences)]
        if section.gap is not None:
            lines.append(section.gap.value)
    return "\n".join(lines).strip()


def _line(sentence: Sentence, *, cited: bool) -> str:
    return f"- {inert(sentence.text)}" + (f" [{', '.join(sentence.citations)}]" if cited else "")
