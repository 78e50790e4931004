"""Which addresses a host's name may lead to: resolved once, checked, and then connected to and no other.

So a name that resolves to something else a moment later (DNS rebinding) leads nowhere.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

import httpx

from memory.errors import InvalidSettings
from tools.once import not_begun

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system resolves it; raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class Guard:
    """Lets a request through to an address that it may reach. Without `networks`, to public addresses alone."""

    def __init__(self, networks: tuple[str, ...], resolve: Resolve = resolved) -> None:
        self._networks = tuple(ipaddress.ip_network(each) for each in networks)
        self._resolve = resolve

    async def address(self, host: str, port: int) -> str:
        """Return the one address to connect to.

        Raises `InvalidSettings` where any address of the name is not allowed: a name that leads to both is
        not to be trusted. Raises `ConnectorUnreachable`, nothing begun, where it has none.
        """
        try:
            found = await self._resolve(host, port)
        except OSError as error:
            raise not_begun(f"expected an address of {host}, found: {error.strerror or error}") from error
        if not found:
            raise not_begun(f"expected an address of {host}, found none")
        for each in found:
            if not self._allowed(ipaddress.ip_address(each.partition("%")[0])):
                raise InvalidSettings(
                    f"expected {host} to be at a public address, or in the networks of the endpoint, found {each}",
                    hint="Name the network in `networks` of the endpoint, if that is where it should be.",
                )
        return found[0]

    def _allowed(self, address: Address) -> bool:
        inner = embedded(address)
        if self._networks:
            return any(
                each.version == network.version and each in network for network in self._networks for each in inner
            )
        return all(each.is_global and not each.is_multicast and not each.is_reserved for each in inner)


def embedded(address: Address) -> tuple[Address, ...]:
    """Return the address and those that IPv6 carries inside it: mapped, 6to4, Teredo and NAT64 (RFC 6052)."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    inside: list[Address] = [address]
    if address.sixtofour is not None:
        inside.append(address.sixtofour)
    if address.teredo is not None:
        inside.extend(address.teredo)
    if address in ipaddress.ip_network("64:ff9b::/96"):
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    return tuple(inside)


class PinnedTransport(httpx.AsyncBaseTransport):
    """Sends each request to an address that was checked, under the name it was meant for."""

    def __init__(self, guard: Guard, inner: httpx.AsyncBaseTransport) -> None:
        self._guard = guard
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it; the certificate is verified against the name, not against the address."""
        host = request.url.host
        address = await self._guard.address(host, request.url.port or {"https": 443}.get(request.url.scheme, 80))
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,  # `Host` among them, as it was
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()
