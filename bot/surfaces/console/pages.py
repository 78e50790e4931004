"""The console's pages: Jinja templates with escaping always on, and the static files they refer to."""

import hashlib
from functools import cache, partial
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.surfaces import prose
from bot.surfaces.console import marks
from bot.surfaces.console.settings import ConsoleSettings
from bot.surfaces.links import linker

STATIC = files("bot.surfaces.console").joinpath("static")


class Pages:
    """Renders templates. A name a template does not know is an error, never an empty string."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self._environment = Environment(
            loader=PackageLoader("bot.surfaces.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["asset"] = asset
        self.offer_queue(letters=False, queue=False)
        self._environment.filters |= {
            "visible": prose.visible,
            "blocks": prose.passages,
            "cited": marks.cited,
            "noted": marks.noted,
            "within": partial(marks.within, public_url=settings.public_url),
            "ago": marks.ago,
            "anchor": marks.anchor,
            "moment": marks.moment,
            "measured": prose.measured,
            "provenance": prose.provenance,
            "status": prose.status,
            "safe_link": linker(settings.link_origins),
        }

    def offer(self, *, controls: bool, accounts: bool = False, sign_on: str = "") -> None:
        """Say which rooms there are, so that no page leads to one that is not; `sign_on` is its button."""
        self._environment.globals |= {"controls": controls, "accounts": accounts, "sign_on": sign_on}

    def offer_queue(self, *, letters: bool, queue: bool) -> None:
        """Say whether dead letters are shown, and how many are before a plan."""
        self._environment.globals |= {"letters": letters, "queue": queue}

    def offer_runbooks(self, *, there: bool) -> None:
        """Say whether runbooks are shown."""
        self._environment.globals |= {"runbooks": there}

    def offer_incidents(self, *, there: bool) -> None:
        """Say whether incidents are shown."""
        self._environment.globals |= {"incidents": there}

    def offer_savings(self, *, savings: bool, usage: bool) -> None:
        """Say whether savings are looked for, and whether our own cost is shown."""
        self._environment.globals |= {"savings": savings, "usage": usage}

    def offer_models(self, *, there: bool) -> None:
        """Say whether language models are shown."""
        self._environment.globals |= {"models": there}

    def offer_lessons(self, *, there: bool) -> None:
        """Say whether lessons are shown."""
        self._environment.globals |= {"lessons_room": there}

    def offer_costs(self, *, there: bool) -> None:
        """Say whether bills come from anywhere."""
        self._environment.globals |= {"costs": there}

    def offer_voice(self, *, there: bool, scribe: bool, calls: bool) -> None:
        """Say whether somebody listens, writes recorded calls down, and takes calls."""
        self._environment.globals |= {"voice": there, "scribe": scribe, "calls": calls}

    def text(self, template: str, **context: Any) -> str:
        """Return a template as text, for a page that is open already."""
        return self._environment.get_template(template).render(context)

    def response(
        self, template: str, status: int = 200, headers: dict[str, str] | None = None, **context: Any
    ) -> HTMLResponse:
        """Return a template as an answer."""
        return HTMLResponse(self.text(template, **context), status, headers)


@cache
def asset(name: str) -> str:
    """Return a static file's address; it changes with the file, so that browsers may keep what they have."""
    digest = hashlib.sha256(STATIC.joinpath(name).read_bytes()).hexdigest()
    return f"/console/static/{name}?v={digest[:12]}"
