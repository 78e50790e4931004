"""The console's pages: Jinja templates with escaping always on, and the static files they refer to."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.surfaces.console import marks
from bot.surfaces.console.settings import ConsoleSettings

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
        self._environment.filters |= {
            "visible": marks.visible,
            "blocks": marks.blocks,
            "cited": marks.cited,
            "anchor": marks.anchor,
            "moment": marks.moment,
            "measured": marks.measured,
            "provenance": marks.provenance,
            "status": marks.status,
            "safe_link": marks.linker(settings.link_origins),
        }

    def offer(self, *, controls: bool) -> None:
        """Say which rooms there are, so that no page leads to one that is not."""
        self._environment.globals["controls"] = controls

    def response(
        self, template: str, status: int = 200, headers: dict[str, str] | None = None, **context: Any
    ) -> HTMLResponse:
        """Return a template as an answer."""
        return HTMLResponse(self._environment.get_template(template).render(context), status, headers)


@cache
def asset(name: str) -> str:
    """Return a static file's address; it changes with the file, so that browsers may keep what they have."""
    digest = hashlib.sha256(STATIC.joinpath(name).read_bytes()).hexdigest()
    return f"/console/static/{name}?v={digest[:12]}"
