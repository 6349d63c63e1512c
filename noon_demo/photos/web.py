"""Photos that a request names by an address on the web."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from pathlib import Path
from uuid import uuid4

import httpx
from safehttpx import AsyncSecureTransport, is_public_ip

from noon_demo.errors import RequestError
from noon_demo.photos.decoding import MAX_BYTES, TOO_LARGE, ImageTooLargeError

MOST_REDIRECTS = 5
AS_IT_IS = {"Accept-Encoding": "identity"}
"""Nothing is unpacked: a few bytes could become gigabytes."""
TIMEOUT_S = 10.0
"""For the whole download."""
NOT_THERE = "The photo can't be fetched from {}; check the address, or send the photo itself."


class NotFetchedError(RequestError):
    """An address that leads to no photo."""


async def fetch(url: str, folder: Path) -> Path:
    """Download a photo of at most `MAX_BYTES` into `folder`, from a host with a public address.

    The address that was checked is the one that is asked, so that a name can't change its meaning in between.
    Raises `NotFetchedError` or `ImageTooLargeError`.
    """
    target = folder / uuid4().hex
    host = _host(url)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            for _ in range(1 + MOST_REDIRECTS):
                onward = await _download(url, target)
                if not onward:
                    return target
                url = onward
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError) as error:
        target.unlink(missing_ok=True)
        raise NotFetchedError(NOT_THERE.format(host)) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    raise NotFetchedError(NOT_THERE.format(host))


async def _download(url: str, target: Path) -> str | None:
    """Save what `url` leads to, or tell where it redirects to."""
    if not is_web(url):
        raise ValueError("neither http nor https")
    transport = AsyncSecureTransport(await _public_address(httpx.URL(url).host))
    async with (
        httpx.AsyncClient(transport=transport, timeout=TIMEOUT_S) as client,
        client.stream("GET", url, headers=AS_IT_IS) as answer,
    ):
        if answer.next_request:
            return str(answer.next_request.url)
        answer.raise_for_status()
        size = 0
        with target.open("wb") as file:
            async for chunk in answer.aiter_raw():
                size += len(chunk)
                if size > MAX_BYTES:
                    raise ImageTooLargeError(TOO_LARGE)
                file.write(chunk)
    return None


async def _public_address(host: str) -> str:
    """An address of `host` that is public. Raises `ValueError` or `OSError`."""
    for *_, address in await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM):
        if is_public(str(address[0])):
            return str(address[0])
    raise ValueError("no public address")


def is_public(address: str) -> bool:
    """Whether an IP address is of the internet, not of a machine, a network or a provider (RFC 6598)."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and (ip.is_site_local or ip.sixtofour):
        return False
    return ip.is_global and is_public_ip(address)


def _host(url: str) -> str:
    """How a sentence names where an address leads, without user name, password or path."""
    try:
        return httpx.URL(url).host or "there"
    except httpx.InvalidURL:
        return "there"


def is_web(url: str) -> bool:
    """Whether a text is an address on the web."""
    return url.lower().startswith(("http://", "https://"))
