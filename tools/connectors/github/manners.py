"""How GitHub wants to be asked: only for what changed, and not while it says "not now".

An answer that carried an ETag is asked for again under it, and one that did not change costs nothing of the rate
limit. A refusal for a rate limit (403, as GitHub has it) becomes the 429 that it is, with the seconds to wait.
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from collections import OrderedDict
from email.utils import parsedate_to_datetime

import httpx

MOST_KEPT = 200
LARGEST_KEPT = 256_000  # bytes of one answer, as they came


class Manners(httpx.AsyncBaseTransport):
    """Speaks to GitHub by way of `inner`. What it keeps belongs to one token, as does the client that has it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._kept: OrderedDict[str, tuple[str, httpx.Headers, bytes]] = OrderedDict()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, under its ETag where there is one."""
        name = str(request.url)
        kept = self._kept.get(name) if request.method == "GET" else None
        if kept is not None:
            request.headers["If-None-Match"] = kept[0]
        answer = await self._inner.handle_async_request(request)
        if kept is not None and answer.status_code == httpx.codes.NOT_MODIFIED:
            await answer.aclose()
            self._kept.move_to_end(name)
            return httpx.Response(httpx.codes.OK, headers=kept[1], stream=httpx.ByteStream(kept[2]))
        if _limited(answer):
            return await _not_now(answer)
        return await self._keeping(name, answer) if request.method == "GET" else answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _keeping(self, name: str, answer: httpx.Response) -> httpx.Response:
        tag, size = answer.headers.get("etag", ""), answer.headers.get("content-length", "")
        small = size.isdecimal() and int(size) <= LARGEST_KEPT
        if answer.status_code != httpx.codes.OK or not tag or not small:
            self._kept.pop(name, None)
            return answer
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        await answer.aclose()
        self._kept[name] = (tag, answer.headers, raw)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return httpx.Response(httpx.codes.OK, headers=answer.headers, stream=httpx.ByteStream(raw))


def _limited(answer: httpx.Response) -> bool:
    spent = answer.headers.get("x-ratelimit-remaining") == "0"
    return answer.status_code == httpx.codes.FORBIDDEN and (spent or "retry-after" in answer.headers)


async def _not_now(answer: httpx.Response) -> httpx.Response:
    await answer.aclose()
    wait = answer.headers.get("retry-after") or _until_reset(answer.headers)
    return httpx.Response(
        httpx.codes.TOO_MANY_REQUESTS, headers={"retry-after": wait}, stream=httpx.ByteStream(b"")
    )


def _until_reset(headers: httpx.Headers) -> str:
    """Return the seconds until the limit is renewed by GitHub's own clock; a minute where it does not say."""
    reset, sent = headers.get("x-ratelimit-reset", ""), headers.get("date", "")
    try:
        return str(max(0, int(reset) - int(parsedate_to_datetime(sent).timestamp())))
    except ValueError:
        return "60"
