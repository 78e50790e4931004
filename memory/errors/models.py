"""Why a language model did not answer, and why memory cannot be searched."""

from typing import Any

from memory.errors.root import QuarterdeckError


class ModelUnavailable(QuarterdeckError):
    """No language model answered: each of them hung, refused, answered nonsense or was left alone.

    `tried` holds the attempts where several were made, None where one model was asked directly.
    """

    code = "model.unavailable"
    tried: tuple[Any, ...] | None = None


class ModelTimedOut(ModelUnavailable):
    """The model did not answer in the time it had."""

    code = "model.timed_out"


class ModelUnreachable(ModelUnavailable):
    """There was no connection to the model's provider, or it broke."""

    code = "model.unreachable"


class ModelRateLimited(ModelUnavailable):
    """The provider asks for fewer requests. `retry_after_s` is how long it asked to wait, if it did."""

    code = "model.rate_limited"
    retry_after_s: float | None = None


class ModelFailing(ModelUnavailable):
    """The provider answered with a fault of its own. `retry_after_s` is how long it asked to wait."""

    code = "model.failing"
    retry_after_s: float | None = None


class ModelRejected(ModelUnavailable):
    """The provider takes the request for wrong: too long, an unknown model, a form it does not know."""

    code = "model.rejected"


class ModelDenied(ModelRejected):
    """The key is not good for this provider or this model."""

    code = "model.denied"


class ModelRefused(ModelUnavailable):
    """The model would not say."""

    code = "model.refused"


class ModelUnreadable(ModelUnavailable):
    """What the model said is not in the form it was asked for, or makes no sense here."""

    code = "model.unreadable"


class ModelStopped(ModelUnavailable):
    """Whoever waited for the model's answer stopped it."""

    code = "model.stopped"


class ModelOverBudget(ModelUnavailable):
    """What a tenant lets models cost in a day is spent, or nobody can say how much of it is."""

    code = "model.over_budget"


class RecallUnavailable(QuarterdeckError):
    """The index of what is remembered cannot be reached or read. The texts are in the store; nothing is lost."""

    code = "recall.unavailable"


class RecallTaken(RecallUnavailable):
    """Another process owns the directory of the index."""

    code = "recall.taken"
