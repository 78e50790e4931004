"""Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): several rankings of the same things as one. Pure."""

from collections.abc import Iterable, Sequence

K = 60  # the paper's constant: how little the first places count for more than the next


def fused(rankings: Iterable[Sequence[str]], *, k: int = K) -> dict[str, float]:
    """Return a score for each thing in any ranking, the best first.

    Equal scores stand in the order of their names.
    """
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, name in enumerate(ranking, start=1):
            scores[name] = scores.get(name, 0.0) + 1 / (k + place)
    return dict(sorted(scores.items(), key=lambda each: (-each[1], each[0])))
