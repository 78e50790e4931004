"""What was asked of whom, for the record: one exchange for every model asked, whether it answered or not."""

from agents.model.completion import Attempt, Completion
from agents.prompts import Prompt
from agents.reading import ModelExchange


def failed(purpose: str, template: Prompt, shown: str, tried: tuple[Attempt, ...]) -> tuple[ModelExchange, ...]:
    """Return the exchanges with models that were asked and did not answer."""
    return tuple(
        ModelExchange(
            purpose=purpose,
            model=each.model,
            prompt=each.shown or shown,
            output=each.said,
            code=each.code,
            provider=each.provider,
            version=each.version,
            template=template,
        )
        for each in tried
        if each.asked
    )


def answered(  # one row
    purpose: str,
    template: Prompt,
    shown: str,
    said: Completion,
    name: str,
    *,
    code: str = "",
    cached: bool = False,
) -> tuple[ModelExchange, ...]:
    """Return the exchanges that led to an answer; `code` says what was wrong with it, if anything.

    Of an answer that is used again nothing is kept but itself: nobody was shown anything.

    `name` is the model's, where the answer does not say who gave it.
    """
    last = ModelExchange(
        purpose=purpose,
        model=said.model or name,
        prompt=said.shown if cached else said.shown or shown,
        output=said.recorded or said.said(),
        code=code,
        input_tokens=None if cached else said.input_tokens,
        output_tokens=None if cached else said.output_tokens,
        provider=said.provider,
        version=said.version,
        template=template,
        cached=cached,
        assignment=said.assignment,
    )
    return (*failed(purpose, template, said.shown or shown, said.tried), last)


def told(tried: tuple[Attempt, ...], model: str) -> str:
    """Return what the person is told where another model than the first answered; empty where the first did."""
    last = {each.model: each.why for each in tried}
    last.pop(model, None)
    if not last:
        return ""
    missed = ", and ".join(f"{name} {why}" for name, why in last.items())
    return f"The model {missed}; answered by {model}."
