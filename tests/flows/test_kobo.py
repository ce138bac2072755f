"""Fetching from KoboToolbox: a local server that pages as API v2 does, and that fails in every way a server can."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from flows import kobo
from flows.problem import ExitCode, Problem
from transforms.field import exports

TOKEN = "s3cret-t0ken"
ASSET = "aBcD1234"
# What a request is answered with: status, headers, body; None closes the connection.
Answer = tuple[int, dict[str, str], bytes]


class Server:
    """Submissions served in pages of at most 1,000; ``answers`` are given first, one a request."""

    def __init__(self, rows: int) -> None:
        self.rows = [{"_id": at, "_uuid": f"u{at}", "meta/instanceID": f"uuid:u{at}", "consent": "yes"} for at in range(rows)]
        self.answers: list[Answer | Callable[[Server, dict], Answer | None]] = []
        self.requests: list[tuple[str, dict[str, list[str]], str | None]] = []
        self.sent: list[bytes] = []
        self.url = ""
        self.count: Callable[[int], int] = lambda request: len(self.rows)
        self.released = threading.Event()

    def page(self, asked: dict[str, list[str]]) -> Answer:
        """As the server answers: indented, with the addresses of its neighbours."""
        start, limit = int(asked.get("start", ["0"])[0]), min(int(asked.get("limit", ["100"])[0]), 1_000)
        rows = self.rows[start : start + limit]
        after = start + limit
        following = self.address(asked, after) if after < len(self.rows) else None
        page = {"count": self.count(len(self.requests)), "next": following, "previous": None, "results": rows}
        return 200, {"Content-Type": "application/json"}, json.dumps(page, indent=1).encode()

    def address(self, asked: dict[str, list[str]], start: int) -> str:
        told = {name: values[0] for name, values in asked.items()} | {"start": str(start)}
        return f"{self.url}/api/v2/assets/{ASSET}/data/?{urlencode(told)}"


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    served = Server(5)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = parse_qs(address.query)
            served.requests.append((address.path, asked, self.headers.get("Authorization")))
            answer = served.answers.pop(0) if served.answers else served.page(asked)
            if callable(answer):
                answer = answer(served, asked)
            if answer is None:
                return
            status, headers, body = answer
            served.sent.append(body)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    served.url = f"http://127.0.0.1:{http.server_address[1]}"
    # The default poll of half a second would make every test wait that long to end.
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield served
    served.released.set()
    http.shutdown()
    http.server_close()


def fetch(server: Server, waits: list[float] | None = None, **told) -> bytes:
    given = {"page_size": 2, "attempts": 3, "timeout": 5.0} | told
    return kobo.fetch(server.url, ASSET, TOKEN, sleep=(waits if waits is not None else []).append, **given)


def problem(server: Server, **told) -> Problem:
    with pytest.raises(Problem) as caught:
        fetch(server, **told)
    assert str(caught.value).count("\n") == 0
    assert_no_token(caught.value)
    return caught.value


def assert_no_token(error: BaseException | None) -> None:
    """The token is in no message, and no error is kept that holds the request with its headers."""
    while error is not None:
        assert TOKEN not in f"{error} {error!r} {error.args} {vars(error)}"
        assert not hasattr(error, "request")
        error = error.__cause__ or error.__context__


def spoiled(**changed: object) -> Callable[[Server, dict], Answer]:
    """The page that was asked for, with some of its keys changed."""

    def answer(server: Server, asked: dict) -> Answer:
        status, headers, body = server.page(asked)
        return status, headers, json.dumps(json.loads(body) | changed).encode()

    return answer


# --- what is fetched ------------------------------------------------------------------------------------


def test_all_pages_come_as_they_were_sent(server, tmp_path: Path):
    data = fetch(server)
    assert len(server.sent) == 3
    assert data == b'{"pages":[' + b",".join(server.sent) + b"]}"
    (tmp_path / "landed").write_bytes(data)
    assert exports.read(tmp_path / "landed", "landed").rows["_uuid"].to_pylist() == [f"u{at}" for at in range(5)]


def test_what_is_asked_for(server):
    fetch(server)
    path, asked, _ = server.requests[0]
    assert path == f"/api/v2/assets/{ASSET}/data/"
    assert asked == {"format": ["json"], "limit": ["2"], "sort": ['{"_id":1}']}
    assert {token for *_, token in server.requests} == {f"Token {TOKEN}"}
    assert len(server.requests) == 3


def test_a_page_has_a_thousand_submissions_unless_told(server):
    server.rows = server.rows[:1] * 1_500
    data = kobo.fetch(server.url + "/", ASSET, TOKEN)
    assert [len(page["results"]) for page in json.loads(data)["pages"]] == [1_000, 500]
    assert server.requests[0][1]["limit"] == ["1000"]


def test_an_asset_without_submissions(server):
    server.rows = []
    assert json.loads(fetch(server))["pages"][0]["results"] == []


def test_a_relative_address_of_the_next_page(server):
    server.answers = [spoiled(next="?format=json&limit=2&start=2")]
    assert len(json.loads(fetch(server))["pages"]) == 3


# --- what is tried again --------------------------------------------------------------------------------


def broken_off(server: Server, asked: dict) -> Answer:
    status, headers, body = server.page(asked)
    return status, headers | {"Content-Length": str(len(body))}, body[:-30]


def broken_off_without_length(server: Server, asked: dict) -> Answer:
    status, headers, body = server.page(asked)
    return status, headers | {"Content-Length": ""}, body[:-30]


def silent(server: Server, asked: dict) -> None:
    server.released.wait(5)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param((429, {}, b""), id="429"),
        pytest.param((500, {}, b"x"), id="500"),
        pytest.param((503, {"Retry-After": "nonsense"}, b""), id="503"),
        pytest.param(broken_off, id="truncated"),
        pytest.param(broken_off_without_length, id="truncated without length"),
        pytest.param(lambda server, asked: None, id="closed"),
        pytest.param(silent, id="silent"),
    ],
)
def test_a_failure_that_passes(failure, server):
    waits: list[float] = []
    server.answers = [spoiled(), failure, failure]
    data = fetch(server, waits, timeout=0.5)
    assert [row["_id"] for page in json.loads(data)["pages"] for row in page["results"]] == [0, 1, 2, 3, 4]
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ((429, {}, b""), "fewer requests"),
        ((502, {}, b""), "HTTP 502"),
        (broken_off, "broke off"),
        (lambda server, asked: None, "broke off"),
        (silent, "did not answer in time"),
    ],
    ids=["429", "502", "truncated", "closed", "silent"],
)
def test_a_failure_that_stays(failure, said, server):
    server.answers = [failure] * 3
    found = problem(server, timeout=0.5)
    assert found.code == ExitCode.STORAGE
    assert said in str(found)
    assert "tried 3 times" in str(found)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("7", 7, 7), ("99999999999", 120, 120), ("0", 1, 1), ("date", 60, 100), ("-5", 1, 1)],
    ids=["seconds", "too long", "none", "date", "nonsense"],
)
def test_the_server_says_how_long_to_wait(said, least, most, server):
    waits: list[float] = []
    told = formatdate(time.time() + 100, usegmt=True) if said == "date" else said
    server.answers = [(429, {"Retry-After": told}, b"")]
    fetch(server, waits)
    assert len(waits) == 1
    assert least <= waits[0] <= most


def test_a_server_that_drips_is_given_up(server, monkeypatch):
    monkeypatch.setattr(kobo, "PAGE_SECONDS", -1.0)
    assert "did not answer in time" in str(problem(server))


def test_nobody_listens(server):
    server.url = "http://127.0.0.1:9"
    found = problem(server)
    assert (found.code, "cannot be reached" in str(found)) == (ExitCode.STORAGE, True)


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "said"), [(401, "token"), (403, "share"), (404, "no such asset"), (400, "HTTP 400")])
def test_refusals_are_not_repeated(status, said, server):
    server.answers = [(status, {}, f'{{"detail": "{TOKEN}"}}'.encode())]
    found = problem(server)
    assert found.code == ExitCode.SOURCE_REFUSED
    assert said in str(found)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "body", [b"<html>Log in</html>", b"", b"[]", b"3", b'{"count": "5", "results": []}', b'{"count": 1}', b'{"a"}', b"[" * 99_999]
)  # fmt: skip
def test_an_answer_that_is_no_page(body, server):
    server.answers = [(200, {}, body)]
    found = problem(server)
    assert (found.code, "JSON" in str(found)) == (ExitCode.SOURCE_REFUSED, True)


def test_a_redirect_is_not_followed(server):
    server.answers = [(302, {"Location": "http://localhost:1/steal"}, b"")]
    assert "address elsewhere" in str(problem(server))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "following",
    ["http://localhost:{port}/x", "http://127.0.0.1:1/x", "//evil.example/x", "ftp://127.0.0.1:{port}/x", "http://[", "http://u@127.0.0.1.evil/x"],
)  # fmt: skip
def test_a_next_page_elsewhere_is_not_asked(following, server):
    server.answers = [spoiled(next=following.format(port=server.url.rpartition(":")[2]))]
    assert "next page" in str(problem(server))
    assert len(server.requests) == 1


def test_a_server_with_https_is_not_left_for_http():
    session = kobo._Session(httpx.URL("https://kf.example"), 1, print)
    with pytest.raises(Problem, match="without https"):
        session._next("http://kf.example/x", httpx.URL("https://kf.example/a"))
    assert str(session._next("https://kf.example/x", httpx.URL("https://kf.example/a"))) == "https://kf.example/x"


def test_the_count_must_be_reached(server):
    server.count = lambda request: 6
    found = problem(server)
    assert found.code == ExitCode.SOURCE_REFUSED
    assert "counts 6 submissions and sent 5" in str(found)


def test_more_than_counted(server):
    server.count = lambda request: 3
    assert "counts 3 submissions and sent 4" in str(problem(server))


def test_pages_in_a_circle(server):
    server.rows *= 10
    server.answers = [spoiled(), lambda served, asked: spoiled(next=served.address(asked, 2))(served, asked)]
    assert "back to an earlier one" in str(problem(server))


def test_a_count_that_changes_is_fetched_again_once(server):
    server.count = lambda request: 4 if request == 1 else 5
    assert len(json.loads(fetch(server))["pages"]) == 3
    assert len(server.requests) == 2 + 3


def test_a_count_that_keeps_changing(server):
    server.count = lambda request: 100 + request
    assert "differently from page to page" in str(problem(server))
    assert len(server.requests) == 4


def test_a_page_that_is_too_large(server, monkeypatch):
    monkeypatch.setattr(kobo, "PAGE_BYTES_MAXIMUM", 100)
    assert "more than 100 bytes" in str(problem(server))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"url": "kf.kobotoolbox.org"}, "https://"),
        ({"url": "https://user:pass@kf.example"}, "user name"),
        ({"url": "ftp://kf.example"}, "https://"),
        ({"url": "http://["}, "https://"),
        ({"url": "https://kf.example:port"}, "no web address"),
        ({"asset": "../users"}, "asset"),
        ({"asset": ""}, "asset"),
        ({"token": ""}, "DTM_KOBO_TOKEN"),
        ({"token": f"{TOKEN}\nX-Other: 1"}, "DTM_KOBO_TOKEN"),
        ({"page_size": 1_001}, "1 to 1,000"),
        ({"page_size": 0}, "1 to 1,000"),
    ],
)
def test_words_that_are_off(told, said):
    given = {"url": "https://kf.example", "asset": ASSET, "token": TOKEN} | told
    with pytest.raises(Problem) as caught:
        kobo.fetch(**given)
    assert (caught.value.code, said in str(caught.value)) == (ExitCode.USAGE, True)
    assert_no_token(caught.value)
