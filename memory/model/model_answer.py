"""An answer of a language model that is kept for a while, so that the same words need not be asked about twice."""

from pydantic import Field

from memory.model.value import Digest, Identifier, Moment, Value


class ModelAnswer(Value):
    """A reading that only looks. `key` is the digest of what was asked, `scope` of everything else it depends on.

    `vector` is the question's embedding and `anchors` its names, numbers and negations: no other word is kept.
    `answer` is JSON. It is for nobody in particular, and stands until `until`.
    """

    key: Digest
    tenant: Identifier
    scope: Digest
    vector: bytes = Field(repr=False)
    anchors: tuple[str, ...]
    reading: Digest  # of what the embedded interpreter made of the same words
    model: str
    answer: str
    at: Moment
    until: Moment
