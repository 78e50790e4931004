"""A document as text of a few lines, for a chat or a terminal without colours. Pure."""

from agents.summaries.document import Document, Sentence


def plain(document: Document, *, cited: bool = True) -> str:
    """Return the document as Markdown: a heading a section, a line a sentence with its citations."""
    lines = [f"**{document.title}**"] if document.title else []
    for section in document.sections:
        lines += ["", f"**{section.title}**", *(_line(each, cited=cited) for each in section.sentences)]
        if section.gap is not None:
            lines.append(section.gap.value)
    return "\n".join(lines).strip()


def _line(sentence: Sentence, *, cited: bool) -> str:
    return f"- {sentence.text}" + (f" [{', '.join(sentence.citations)}]" if cited else "")
