"""One signed question, one signed answer, over HTTP: what the plain HTTP adapters share."""

import logging
import secrets
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from anju import ports
from anju.adapters import messages, signing

CONNECT_SECONDS: Final = "3"
READ_SECONDS: Final = "15"

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_REQUIRED = {"url", "client", "secret"}
_OPTIONAL = {"connect_seconds", "read_seconds", "ca_file"}

log = logging.getLogger(__name__)


class NoTrustedAnswer(Exception):
    """Nothing came back that may be believed. Whether the question arrived is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A proved answer: its HTTP status and its one JSON object."""

    status: int
    message: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Where a partner listens, and as whom we speak to it."""

    url: str
    client: str
    secret: bytes
    connect_seconds: float
    read_seconds: float
    ca_file: str = ""


def partner(settings: Mapping[str, str]) -> Partner:
    """Read the settings of one plain HTTP partner.

    `url` (its base address), `client` (our id there), `secret` (shared, at least 32 bytes); and,
    if they differ from the defaults, `connect_seconds` (3), `read_seconds` (15, for the whole
    answer) and `ca_file` (PEM of a private certificate authority).

    Raises ValueError for a missing, empty or unknown setting, and for plain http to anything but
    this machine.
    """
    unknown = set(settings) - _REQUIRED - _OPTIONAL
    missing = {name for name in _REQUIRED if not settings.get(name)}
    if unknown or missing:
        raise ValueError(
            f"missing settings: {sorted(missing)}; unknown settings: {sorted(unknown)}"
        )
    url = settings["url"].rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError("url must be https (plain http only to this machine)")
    connect = float(settings.get("connect_seconds", CONNECT_SECONDS))
    read = float(settings.get("read_seconds", READ_SECONDS))
    if not (0 < connect <= 60 and 0 < read <= 300):
        raise ValueError("connect_seconds must be within 0–60 and read_seconds within 0–300")
    return Partner(
        url=url,
        client=settings["client"],
        secret=signing.secret_bytes(settings["secret"]),
        connect_seconds=connect,
        read_seconds=read,
        ca_file=settings.get("ca_file", ""),
    )


class SignedHttp:
    """Asks one partner. Safe to share between threads."""

    def __init__(
        self,
        partner: Partner,
        *,
        clock: Callable[[], datetime] | None = None,
        nonce: Callable[[], str] | None = None,
    ) -> None:
        """`clock` and `nonce` are for replaying recorded exchanges; left out, the process's own
        clock port and a random nonce serve.
        """
        self.partner = partner
        self.now = clock or (lambda: ports.clock().now())
        self._nonce = nonce or (lambda: secrets.token_hex(16))
        self._http = httpx.Client(
            # No connection is kept: one that died silently in the idle minutes (fault F20) would
            # turn a healthy payment into an unknown one.
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=httpx.Timeout(partner.read_seconds, connect=partner.connect_seconds),
            follow_redirects=False,
            trust_env=False,
            verify=_trust(partner.ca_file),
        )

    def ask(self, path: str, *, message: Mapping[str, object]) -> Answer:
        """Post `message` to the partner's `path` and return its proved answer.

        Raises NoTrustedAnswer for everything else: no connection, too late, not signed by the
        partner, an answer to another question, not our format.
        """
        body = messages.write({**message, "client": self.partner.client})
        nonce = self._nonce()
        headers = signing.signed_headers(
            self.partner.client,
            secret=self.partner.secret,
            at=self.now(),
            nonce=nonce,
            body=body,
        )
        headers["Content-Type"] = "application/json"
        # The signature is over the bytes as sent; and nothing small can unpack to something huge.
        headers["Accept-Encoding"] = "identity"
        try:
            status, given, raw = self._post(path, body, headers)
        except httpx.HTTPError as problem:
            # The reason is logged by kind: an address or a body may carry personal data.
            log.warning("partner gave no answer", extra={"reason": type(problem).__name__})
            raise NoTrustedAnswer(type(problem).__name__) from problem
        return self._proved(status, given, raw, nonce)

    def _post(
        self, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        # httpx counts its read timeout from byte to byte; a partner that trickles would hold us
        # for ever, so the whole answer has one deadline.
        deadline = time.monotonic() + self.partner.connect_seconds + self.partner.read_seconds
        raw = b""
        with self._http.stream(
            "POST", self.partner.url + path, content=body, headers=dict(headers)
        ) as response:
            for piece in response.iter_raw():
                raw += piece
                if len(raw) > messages.BODY_BYTES_MAX or time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer is too long or too slow")
            return response.status_code, response.headers, raw

    def _proved(self, status: int, headers: Mapping[str, str], raw: bytes, nonce: str) -> Answer:
        try:
            signing.verify(
                headers,
                body=raw,
                client=self.partner.client,
                secret=self.partner.secret,
                at=self.now(),
            )
            message = messages.read(raw)
            # Without this an old signed "not found" could be played back to a new question.
            if messages.text(message, "in_reply_to") != nonce:
                raise messages.Malformed("an answer to another question")
        except (signing.Untrusted, messages.Malformed) as problem:
            log.warning(
                "partner's answer is not trusted", extra={"reason": str(problem), "status": status}
            )
            raise NoTrustedAnswer(f"status {status}: {problem}") from problem
        return Answer(status, message)


def _trust(ca_file: str) -> bool | ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file) if ca_file else True
