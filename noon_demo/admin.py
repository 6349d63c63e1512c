"""The page `/admin`: which versions are there, which answer, and buttons to exchange them.

One form, sent by POST with the token in a field, so that a page elsewhere can't send it for somebody. There
are no cookies and nothing is kept. Where no token is set there is no such page.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from html import escape
from typing import get_args

from anyio.to_thread import run_sync
from cachetools import TTLCache
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from noon_demo.errors import RequestError
from noon_demo.ml_inference import Models, NoonError
from noon_demo.ml_inference.choices import AS_CONFIGURED, Choice, Versioned

GUESSES, GUESS_S = 10, 60
"""Wrong tokens that an address may send within so many seconds."""
ADDRESSES = 10_000
FORM_BYTES = 2**14
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'",
}
WRONG = "That is not the token."
TOO_OFTEN = "Too many wrong tokens: try again in a minute."
CHOSEN = "{} is chosen; it answers once it has passed its test. Look again in a few seconds."
DO = "do"
"""The name of all buttons; each has a value such as "use recognizer noon-2" or "rollback recognizer"."""


def routes(models: Models, token: str) -> Sequence[Route]:
    """The page's route; none where no token is set."""
    return [Route("/admin", Admin(models, token).answer, methods=["GET", "POST"])] if token else []


class Admin:
    """Shows the form, and does what its buttons say for who knows the token."""

    def __init__(self, models: Models, token: str) -> None:
        self._models = models
        self._token = token.encode()
        self._wrong: TTLCache[str, int] = TTLCache(ADDRESSES, GUESS_S)

    async def answer(self, request: Request) -> Response:
        """Answer a request with the page."""
        if request.method == "GET":
            return _page("", "")
        async with request.form(max_files=0, max_fields=4, max_part_size=FORM_BYTES) as form:
            token, wanted = str(form.get("token", "")), str(form.get(DO, ""))
        address = request.client.host if request.client else ""
        if self._wrong.get(address, 0) >= GUESSES:
            return _page("", TOO_OFTEN, status=429)
        if not hmac.compare_digest(token.encode(), self._token):
            self._wrong[address] = self._wrong.get(address, 0) + 1
            return _page("", WRONG, status=403)
        said = await run_sync(self._do, wanted)
        return _page(token, said, await run_sync(self._table))

    def _do(self, wanted: str) -> str:
        """Do what a button says; a sentence on what came of it."""
        versions = self._models.versions
        try:
            match wanted.split(" "):
                case ["use", ("segmenter" | "recognizer" | "insights") as part, id]:
                    versions.use(part, id)
                    return CHOSEN.format(id or "What is configured")
                case ["rollback", ("segmenter" | "recognizer" | "insights") as part]:
                    return CHOSEN.format(versions.choices.rollback(part).use or "What is configured")
        except (NoonError, RequestError) as error:
            return str(error)
        return ""

    def _table(self) -> str:
        """What is installed, chosen and answering, with a button each."""
        try:
            chosen = self._models.versions.choices.read()
        except RequestError as error:
            return f"<p>{escape(str(error))}</p>"
        return "".join(
            part for kind in get_args(Versioned) for part in self._part(kind, chosen.get(kind, Choice()))
        )

    def _part(self, kind: Versioned, choice: Choice) -> Iterator[str]:
        status = next(status for status in self._models.statuses() if status.part == kind)
        yield f"<h2>{kind.capitalize()}</h2><p>{escape(status.version or status.state)} answers. "
        yield f"{escape(status.message)}</p><table>"
        yield _row("As configured", "", _use(kind, AS_CONFIGURED, choice))
        for version in self._models.versions.library.versions():
            if version.card.part == kind:
                about = f"{version.card.trained_on} {version.card.measured_on}"
                yield _row(version.id, about, _use(kind, version.id, choice))
        yield "</table>"
        if choice.previous is not None:
            yield _button(f"rollback {kind}", f"Back to {choice.previous or 'what is configured'}")


def _use(kind: Versioned, id: str, choice: Choice) -> str:
    return "chosen" if choice.use == id else _button(f"use {kind} {id}", "Use")


def _button(wanted: str, words: str) -> str:
    return f'<button name="{DO}" value="{escape(wanted)}">{escape(words)}</button>'


def _row(id: str, about: str, action: str) -> str:
    return f"<tr><th>{escape(id)}</th><td>{escape(about)}</td><td>{action}</td></tr>"


def _page(token: str, said: str, table: str = "", status: int = 200) -> HTMLResponse:
    words = "Look again" if table else "Show the versions"
    body = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Noon: versions</title>
<style>
  body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
  th, td {{ text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0 }}
  button, input {{ font: inherit; padding: .2rem .6rem }}
</style>
<h1>Versions of the models</h1>
<p role="status">{escape(said)}</p>
<form method="post">
  <label>Token
    <input type="password" name="token" value="{escape(token)}" autocomplete="current-password" required>
  </label>
  <button>{words}</button>
  {table}
</form>
</html>
"""
    return HTMLResponse(body, status, HEADERS)
