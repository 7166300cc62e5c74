"""HTTP(S), through requests: one file, or an index page whose links are the files."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urljoin, urlsplit

from rapport.connections import Connection
from rapport.exports.places.store import Status, Store

_TIMEOUT = (10, 60)  # seconds to connect, and between two bytes
_CHUNK = 1 << 18
_AT_ONCE = 8  # looks at files, and connections to a server
_LONGEST_INDEX = 64 << 20
_DOES_NOT_PASS = range(400, 500)
_PASSES = {408, 425, 429}


class HttpStore(Store):
    """A file or an index page.

    HTTP knows no listing. An address that ends in `/` is an index: a page with links, as web servers make them, or nginx's
    `autoindex_format json`. Links below the address are files, those that end in `/` further indexes.

    Args:
        connection: login and password are basic authentication; extras are headers, as in Airflow.
    """

    can_move = False

    def __init__(self, address: str, connection: Connection | None) -> None:
        import requests
        import urllib3

        self.errors = (requests.RequestException, urllib3.exceptions.HTTPError, ValueError)
        self._address, self._connection, self._session = address, connection or Connection(""), None
        self._is_index = urlsplit(address).path.endswith("/")
        self._root = address if self._is_index else address.rpartition("/")[0] + "/"

    def _ask(self, method: str, url: str, **options: object):
        if self._session is None:
            self._session = _session(self._connection)
        response = self._session.request(method, url, timeout=_TIMEOUT, allow_redirects=True, **options)
        if response.status_code == 404:
            raise FileNotFoundError(url)
        return response

    def list(self, leave_out: Sequence[str]) -> Iterator[tuple[str, Status]]:
        found: dict[str, Status | None] = {}
        if self._is_index:
            self._read_index("", found, set(leave_out), {""})
        else:
            found[unquote(self._address.removeprefix(self._root))] = None
        unknown = [name for name, status in found.items() if status is None]
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            found |= dict(zip(unknown, threads.map(self._status_or_gone, unknown), strict=True))
        return iter([(name, status) for name, status in found.items() if status is not None])

    def _status_or_gone(self, name: str) -> Status | None:
        try:
            return self.status(name)
        except FileNotFoundError:
            return None if self._is_index else Status(None, None)  # a server may know GET only

    def _read_index(self, folder: str, found: dict[str, Status | None], leave_out: set[str], seen: set[str]) -> None:
        response = self._ask("GET", self._url(folder))
        response.raise_for_status()
        if len(response.content) > _LONGEST_INDEX:
            raise ValueError(f"the index page {folder or '/'} is larger than {_LONGEST_INDEX >> 20} MiB")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        folders = []
        for name, status in _json_index(response.content) if kind == "application/json" else self._links(folder, response.text):
            name = folder + name
            if not name.endswith("/"):
                found.setdefault(name, status)
            elif name not in leave_out | seen:
                seen.add(name)
                folders.append(name)
        for name in folders:
            self._read_index(name, found, leave_out, seen)

    def _links(self, folder: str, page: str) -> Iterator[tuple[str, None]]:
        own = self._url(folder)
        parser = _Links()
        parser.feed(page)
        for link in parser.links:
            target = urlsplit(urljoin(own, link.strip()))
            if target.query:  # an index's own links, to sort it
                continue
            url = target._replace(fragment="").geturl()
            if url.startswith(own) and url != own:
                yield unquote(url.removeprefix(own)), None

    def _url(self, name: str) -> str:
        return self._root + quote(name, safe="/~!$&'()*+,;=:@", errors="surrogateescape")

    def status(self, name: str) -> Status:
        response = self._ask("HEAD", self._url(name))
        if response.status_code in (405, 501):
            return Status(None, None)
        response.raise_for_status()
        return _status(response)

    def read(self, name: str, listed: Status, start: int) -> tuple[int, Iterator[bytes]]:
        headers = {}
        if start:
            headers["Range"] = f"bytes={start}-"
            if listed.version and not listed.version.startswith("W/"):
                headers["If-Range"] = listed.version  # a file that has changed begins anew
        response = self._ask("GET", self._url(name), headers=headers, stream=True)
        response.raise_for_status()
        begins = response.headers.get("Content-Range", "").partition("bytes ")[2].partition("-")[0]
        is_part = response.status_code == 206 and begins == str(start)
        if response.status_code == 206 and not is_part:
            raise ValueError(f"it was asked for the bytes from {start} and sent those from {begins or 'somewhere'}")
        return (start if is_part else 0), response.iter_content(_CHUNK)

    def is_passing(self, error: BaseException) -> bool:
        import requests

        if isinstance(error, requests.HTTPError) and error.response is not None:
            code = error.response.status_code
            return code not in _DOES_NOT_PASS or code in _PASSES
        return isinstance(error, requests.RequestException) and not isinstance(error, requests.exceptions.SSLError | ValueError)

    def mask(self, words: str) -> str:
        return self._connection.mask(words)

    def restart(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


class _Links(HTMLParser):
    """The targets of a page's links, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for key, value in attrs if (tag, key) == ("a", "href") and value]


def _json_index(content: bytes) -> Iterator[tuple[str, Status | None]]:
    entries = json.loads(content)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and "name" in entry for entry in entries):
        raise ValueError("the index is JSON, but no list of files with a name, as nginx's autoindex_format json")
    for entry in entries:
        name = str(entry["name"])
        if "/" in name or name in (".", ".."):
            continue
        if entry.get("type") == "directory":
            yield f"{name}/", None
        else:
            is_whole = "size" in entry and "mtime" in entry
            yield name, Status(int(entry["size"]), _time(entry["mtime"])) if is_whole else None


def _status(response) -> Status:
    headers = response.headers
    is_plain = headers.get("Content-Encoding", "identity") in ("identity", "")
    length = headers.get("Content-Length") if is_plain else None
    return Status(int(length) if length else None, _time(headers.get("Last-Modified")), headers.get("ETag"))


def _time(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except (TypeError, ValueError):
        return None


def _session(connection: Connection):
    import requests

    own = {key: str(value) for key, value in connection.extra.items() if isinstance(value, str | int | float)}

    class Session(requests.Session):
        def rebuild_auth(self, prepared_request, response):
            """Our headers are for the place alone, not for where it redirects to."""
            super().rebuild_auth(prepared_request, response)
            if self.should_strip_auth(response.request.url, prepared_request.url):
                for name in own:
                    prepared_request.headers.pop(name, None)

    session = Session()
    session.headers.update({"Accept-Encoding": "identity", **own})
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=_AT_ONCE)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    if connection.login:
        session.auth = (connection.login.encode(), (connection.password or "").encode())
    return session
