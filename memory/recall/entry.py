"""What is put into the search, what is asked of it, and what it gives back."""

from datetime import datetime

from pydantic import Field

from memory.model.value import Value

LONGEST_QUERY = 4000  # characters of what is asked that are read; the rest of a pasted log says the same again


class Entry(Value):
    """A text to be found.

    `names` are what else it is called: its file, the alerts it is for, ways of asking for it.
    """

    id: str
    title: str
    text: str = ""
    names: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    kind: str = ""
    subject: str = ""
    at: datetime | None = None
    until: datetime | None = None


class Query(Value):
    """What is asked: words, and where it is an alert its names, the values of its labels, and its services."""

    words: str = ""
    names: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # only these; empty: any
    without: str = ""  # a subject to leave out
    now: datetime | None = None

    @property
    def said(self) -> str:
        """Return the first name and the words, as far as they are read."""
        return ". ".join(each for each in (*self.names[:1], self.words) if each)[:LONGEST_QUERY]


class Features(Value):
    """How well one entry fits, each from 0 to 1, before they are weighed."""

    words: float = 0.0  # BM25, as a share of the best
    coverage: float = 0.0  # BM25, as a share of what a text would have that says all that was asked
    together: float = 0.0  # share of the pairs of words that it has close together, too
    passage: float = 0.0  # BM25 of the best part, as a share of the best
    meaning: float = 0.0  # cosine of the nearest part
    theme: float = 0.0  # mean cosine of the three nearest parts
    gist: float = 0.0  # mean cosine of all parts
    title: float = 0.0  # cosine of the titles
    title_words: float = 0.0  # share of the title's words that are said
    name: float = 0.0  # how far an alert's name and the entry's are of the same words
    same_name: float = 0.0  # 1 where they are the same but for how they are written
    service: float = 0.0  # 1 where it is about a service that is asked about
    recent: float = 0.0  # 1 now, half after half a year


class Hit(Value):
    """An entry that was found.

    `score` is 0 to 1; `part` is which part of its text is nearest, from 1; 0: the title.
    """

    id: str
    score: float = Field(ge=0, le=1)
    part: int = 0
    features: Features
