"""S3 and what speaks its language, through s3fs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rapport.connections import Connection
from rapport.exports.places.store import Status, Store

_CHUNK = 8 << 20  # bytes a request: what a broken one costs at most


class S3Store(Store):
    """A prefix of a bucket.

    Args:
        root: bucket/prefix.
        connection: its login and password are access key and secret; extras `endpoint_url`, `region_name`,
            `aws_session_token`, `addressing_style`, `anon`. Without one: the environment, as AWS's own tools read it.
    """

    def __init__(self, root: str, connection: Connection | None) -> None:
        from aiohttp import ClientError as HttpError
        from botocore.exceptions import BotoCoreError, ClientError

        self._root, self._connection, self._opened = root.strip("/"), connection, None
        self.errors = (OSError, TimeoutError, BotoCoreError, ClientError, HttpError)

    @property
    def _files(self):
        if self._opened is None:
            self._opened = open_s3(self._connection)
        return self._opened

    def list(self, leave_out: Sequence[str]) -> Iterator[tuple[str, Status]]:
        found = self._files.find(self._root, detail=True)
        prefix = f"{self._root}/"
        for path, info in found.items():
            name = path.removeprefix(prefix)
            if path.startswith(prefix) and not name.endswith("/") and not name.startswith(tuple(leave_out)):
                yield name, _status(info)

    def status(self, name: str) -> Status:
        return _status(self._files.info(f"{self._root}/{name}"))

    def read(self, name: str, listed: Status, start: int) -> tuple[int, Iterator[bytes]]:
        return start, self._chunks(name, listed, start)

    def _chunks(self, name: str, listed: Status, start: int) -> Iterator[bytes]:
        for begin in range(start, listed.bytes, _CHUNK):
            yield self._files.cat_file(f"{self._root}/{name}", start=begin, end=min(begin + _CHUNK, listed.bytes))

    def put(self, path: Path, name: str) -> None:
        """Write a whole file; nobody sees it before all of it is there."""
        self._files.put_file(str(path), f"{self._root}/{name}")

    def put_bytes(self, content: bytes, name: str) -> None:
        """Write a small file."""
        self._files.pipe_file(f"{self._root}/{name}", content)

    def move(self, name: str, target: str) -> None:
        source, goal = f"{self._root}/{name}", f"{self._root}/{target}"
        if self._files.exists(goal):
            there, here = self.status(target), self.status(name)
            if (there.bytes, there.version) != (here.bytes, here.version):
                raise FileExistsError(goal)
        else:
            self._files.cp_file(source, goal)
        self._files.rm_file(source)

    def is_passing(self, error: BaseException) -> bool:
        from botocore.exceptions import NoCredentialsError, PartialCredentialsError, ProfileNotFound

        return not isinstance(error, PermissionError | NoCredentialsError | PartialCredentialsError | ProfileNotFound)

    def mask(self, words: str) -> str:
        return self._connection.mask(words) if self._connection else words

    def restart(self) -> None:
        self._opened = None


def open_s3(connection: Connection | None):
    """An s3fs file system that caches nothing and leaves retries to us."""
    from s3fs import S3FileSystem

    options: dict[str, object] = {}
    config: dict[str, object] = {"connect_timeout": 10, "read_timeout": 60, "retries": {"total_max_attempts": 1}}
    if connection:
        given = {
            "key": connection.login or connection.text("aws_access_key_id"),
            "secret": connection.password or connection.text("aws_secret_access_key"),
            "token": connection.text("aws_session_token"),
            "endpoint_url": connection.text("endpoint_url", "host"),
        }
        options = {key: value for key, value in given.items() if value}
        if region := connection.text("region_name"):
            options["client_kwargs"] = {"region_name": region}
        if style := connection.text("addressing_style"):
            config["s3"] = {"addressing_style": style}
        options["anon"] = connection.says("anon")
    files = S3FileSystem(skip_instance_cache=True, use_listings_cache=False, config_kwargs=config, **options)
    files.retries = 1
    return files


def _status(info: dict[str, object]) -> Status:
    modified = info.get("LastModified")
    # a listing tells fractions of a second that the file itself does not
    modified = modified.astimezone(UTC).replace(microsecond=0) if isinstance(modified, datetime) else None
    version = str(info.get("ETag") or "").strip('"') or None
    return Status(info["size"], modified, version)
