"""Fetch all submissions of a KoboToolbox asset over its API v2, page by page, exactly as the server sent them."""

from __future__ import annotations

import datetime
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from flows.problem import ExitCode, Problem
from transforms.field.exports import kobo_json

# Since 9 March 2026 the API returns at most 1,000 rows a page, whatever limit is asked for.
PAGE_SIZE_MAXIMUM = 1_000
ATTEMPTS = 5
TIMEOUT_SECONDS = 60.0
# For the body of one page: a server that sends a byte now and then must not hold the run for ever.
PAGE_SECONDS = 300.0
# A page of 1,000 submissions has about 3 MB.
PAGE_BYTES_MAXIMUM = 256 * 1024 * 1024
WAIT_SECONDS_MAXIMUM = 120.0

_TOO_MANY = 429
_REFUSALS = {
    401: "does not accept the token: check DTM_KOBO_TOKEN",
    403: "does not let this account read the asset: ask its owner to share the submissions with it",
    404: "has no such asset, or does not show it to this account: check the asset and the token",
}


@dataclass(frozen=True)
class _Page:
    """One page: its body as received, what it counts, and where the next one is."""

    body: bytes
    count: int
    rows: int
    next: str | None


@dataclass(frozen=True)
class _Failure:
    """An attempt that failed and may be repeated: why, and how long the server asks to wait, in seconds."""

    why: str
    wait: float | None = None


class _CountChanged(Exception):
    """Submissions came in or were deleted between two pages."""


def fetch(
    url: str,
    asset: str,
    token: str,
    *,
    page_size: int = PAGE_SIZE_MAXIMUM,
    timeout: float = TIMEOUT_SECONDS,
    attempts: int = ATTEMPTS,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """All submissions of ``asset``, sorted by ``_id``: ``{"pages": [...]}`` with every page's text as received.

    Args:
        url: the server, such as ``https://kf.kobotoolbox.org``; http only if it says so itself.
        asset: uid of the form.
        token: secret of the account; it is sent to this server only and is in no message.
        page_size: submissions a page, at most 1,000.
        timeout: seconds without an answer after which an attempt has failed.
        attempts: how often a page is asked for.
        sleep: waits so many seconds between two attempts.

    Raises:
        Problem: the server refuses, cannot be reached, does not speak the protocol, or not all submissions came.
    """
    server = _server(url)
    _demand_words(asset, token, page_size)
    first = server.copy_with(
        path=f"{server.path.rstrip('/')}/api/v2/assets/{asset}/data/",
        params={"format": "json", "limit": page_size, "sort": '{"_id":1}'},
    )
    session = _Session(server, attempts, sleep)
    headers = {"Authorization": f"Token {token}", "Accept": "application/json"}
    with httpx.Client(headers=headers, timeout=timeout, follow_redirects=False) as client:
        try:
            pages = session.pages(client, first)
        except _CountChanged:
            pages = None
        if pages is None:
            try:
                pages = session.pages(client, first)
            except _CountChanged:
                pages = None
    if pages is None:
        raise session.problem("counts its submissions differently from page to page, twice: fetch again when fewer come in")
    return kobo_json.joined([page.body for page in pages])


def _server(url: str) -> httpx.URL:
    problem = None
    try:
        server = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError):
        problem = "is no web address"
    else:
        if server.scheme not in ("http", "https") or not re.fullmatch(rb"[A-Za-z0-9.:-]+", server.raw_host):
            problem = "does not begin with https://"
        elif server.userinfo or server.query or server.fragment:
            problem = "holds more than a server (a user name, a query or a fragment)"
    if problem:
        raise Problem(
            ExitCode.USAGE, f"The address of the KoboToolbox server {problem}; give one such as https://kf.kobotoolbox.org."
        )
    return server


def _demand_words(asset: str, token: str, page_size: int) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", asset):
        raise Problem(ExitCode.USAGE, "The asset of KoboToolbox is letters and digits, as in the address of the form.")
    if not re.fullmatch(r"[!-~]{1,200}", token):
        raise Problem(ExitCode.USAGE, "The token of KoboToolbox is missing or has a space or line break: check DTM_KOBO_TOKEN.")
    if not 1 <= page_size <= PAGE_SIZE_MAXIMUM:
        raise Problem(ExitCode.USAGE, f"A page of KoboToolbox has 1 to {PAGE_SIZE_MAXIMUM:,} submissions, not {page_size:,}.")


@dataclass(frozen=True)
class _Session:
    server: httpx.URL
    attempts: int
    sleep: Callable[[float], None]

    def problem(self, said: str, code: ExitCode = ExitCode.SOURCE_REFUSED) -> Problem:
        """One sentence about the server, named by its host only."""
        return Problem(code, f"KoboToolbox at {self.server.host} {said}.")

    def pages(self, client: httpx.Client, first: httpx.URL) -> list[_Page]:
        """All pages from the first on.

        Raises:
            _CountChanged: two pages count differently.
            Problem: as :func:`fetch`.
        """
        pages: list[_Page] = []
        seen: set[str] = set()
        at: httpx.URL | None = first
        while at is not None:
            seen.add(str(at))
            page = self._page(client, at)
            pages.append(page)
            if page.count != pages[0].count:
                raise _CountChanged
            have = sum(each.rows for each in pages)
            if have > page.count or (page.next and not page.rows):
                break
            at = self._next(page.next, at)
            if at is not None and str(at) in seen:
                raise self.problem("leads from one page back to an earlier one")
        have, count = sum(page.rows for page in pages), pages[0].count
        if have != count:
            raise self.problem(f"counts {count:,} submissions and sent {have:,}: fetch again, and report it if it stays so")
        return pages

    def _next(self, given: str | None, current: httpx.URL) -> httpx.URL | None:
        """The address of the next page, which must not carry the token elsewhere."""
        if not given:
            return None
        try:
            following = current.join(given)
        except (httpx.InvalidURL, ValueError):
            following = None
        if following is None:
            raise self.problem("names a next page that is no web address")
        is_same = (following.host, following.port) == (self.server.host, self.server.port)
        if not is_same or following.scheme not in ("https", self.server.scheme):
            raise self.problem("names a next page on another server, or without https; the token is not sent there")
        return following

    def _page(self, client: httpx.Client, at: httpx.URL) -> _Page:
        failure = _Failure("")
        for attempt in range(self.attempts):
            if attempt:
                self.sleep(_wait(failure, attempt))
            got = self._attempt(client, at)
            if isinstance(got, _Page):
                return got
            failure = got
        times = "once" if self.attempts == 1 else f"{self.attempts} times"
        raise self.problem(f"{failure.why} (tried {times}): try again later", ExitCode.STORAGE)

    def _attempt(self, client: httpx.Client, at: httpx.URL) -> _Page | _Failure:
        """A page, or why it failed; nothing of the request is kept in an error, because it holds the token."""
        why = ""
        try:
            status, headers, body = self._answer(client, at)
        except httpx.TimeoutException:
            why = "did not answer in time"
        except httpx.RemoteProtocolError:
            why = "broke off in the middle of a page"
        except (httpx.HTTPError, httpx.StreamError):
            why = "cannot be reached"
        if why:
            return _Failure(why)
        if status == _TOO_MANY:
            return _Failure("asks for fewer requests", _retry_after(headers.get("Retry-After", "")))
        if status >= 500:
            return _Failure(f"has an error of its own (HTTP {status})", _retry_after(headers.get("Retry-After", "")))
        if status in _REFUSALS:
            raise self.problem(_REFUSALS[status])
        if 300 <= status < 400:
            raise self.problem("answers with an address elsewhere, where the token is not sent: give the server's own address")
        if status != 200:
            raise self.problem(f"refuses the request (HTTP {status})")
        return self._parsed(body)

    def _answer(self, client: httpx.Client, at: httpx.URL) -> tuple[int, httpx.Headers, bytes]:
        pieces, size, begun = [], 0, time.monotonic()
        with client.stream("GET", at) as response:
            if response.status_code != 200:
                return response.status_code, response.headers, b""
            for piece in response.iter_bytes():
                size += len(piece)
                if size > PAGE_BYTES_MAXIMUM:
                    raise self.problem(f"sent a page of more than {PAGE_BYTES_MAXIMUM:,} bytes")
                if time.monotonic() - begun > PAGE_SECONDS:
                    raise httpx.ReadTimeout("too slow")
                pieces.append(piece)
        return 200, response.headers, b"".join(pieces)

    def _parsed(self, body: bytes) -> _Page | _Failure:
        begins = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        try:
            page = json.loads(body)
        except (ValueError, RecursionError):
            page = None
        if page is None and begins == b"{" and not body.rstrip().endswith(b"}"):
            # Without a length in the answer, a connection that breaks off looks like the end.
            return _Failure("broke off in the middle of a page")
        if page is None:
            raise self.problem("answers with something that is not JSON: check the address")
        count, rows = (page.get("count"), page.get("results")) if isinstance(page, dict) else (None, None)
        following = page.get("next") if isinstance(page, dict) else None
        if (
            not isinstance(count, int)
            or isinstance(count, bool)
            or not isinstance(rows, list)
            or not isinstance(following, (str, type(None)))
        ):
            raise self.problem("answers with JSON that is no page of submissions (count, next, results)")
        return _Page(body, count, len(rows), following)


def _wait(failure: _Failure, attempt: int) -> float:
    """Seconds before the next attempt: what the server asks for, else 1, 2, 4 ...; never more than two minutes."""
    return min(max(failure.wait or 0.0, float(2 ** (attempt - 1))), WAIT_SECONDS_MAXIMUM)


def _retry_after(said: str) -> float | None:
    """Seconds of a Retry-After header, which gives a number or a date."""
    if said.strip().isascii() and said.strip().isdigit():
        return float(said.strip()[:6])
    try:
        until = parsedate_to_datetime(said)
        now = datetime.datetime.now(datetime.UTC)
        return max((until if until.tzinfo else until.replace(tzinfo=datetime.UTC)).timestamp() - now.timestamp(), 0.0)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
