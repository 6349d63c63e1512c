"""`/metrics`, and who may read it."""

from __future__ import annotations

import hmac
import ipaddress

from anyio.to_thread import run_sync
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PATH = "/metrics"
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-prefix", "x-real-ip", "via")
"""What proxies add: behind one the address of whoever asks is not known for sure."""
REFUSED = "Metrics are read with the token of NOON_METRICS_TOKEN, or, without one, from this network only."


def route(registry: CollectorRegistry, token: str, *, is_public: bool) -> Route:
    """The route of a registry's metrics.

    With a `token` whoever sends it as bearer token may read them. Without one whoever asks from this machine
    or a private network may, past no proxy; nobody where Noon `is_public`, as on a Space.
    """

    async def metrics(request: Request) -> Response:
        if not (_has_token(request, token) if token else not is_public and _is_near(request)):
            status, headers = (401, {"WWW-Authenticate": "Bearer"}) if token else (403, None)
            return JSONResponse({"error": REFUSED}, status, headers)
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(await run_sync(encode, registry), media_type=content_type)

    return Route(PATH, metrics, methods=["GET"])


def _has_token(request: Request, token: str) -> bool:
    sent = request.headers.get("authorization", "")
    return hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())


def _is_near(request: Request) -> bool:
    """Whether a request comes straight from this machine or a private network."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return (address.ipv4_mapped or address).is_private
    return address.is_private
