"""SFTP, through asyncssh on fsspec's own event loop; the server's key is checked unless the connection says otherwise."""

import posixpath
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from rapport.connections import Connection
from rapport.errors import UsageError
from rapport.exports.places.store import Status, Store

_CHUNK = 1 << 20


class SftpStore(Store):
    """A folder of an SFTP server.

    Args:
        address: `sftp://[user@]host[:port]/folder`; `/~/folder` is below the login's home; what it lacks the connection tells.
        connection: login, password, host, port; extras `key_file`, `private_key`, `private_key_passphrase`, `host_key`,
            `known_hosts` (a file; else the user's own), `no_host_key_check`.
    """

    def __init__(self, address: str, connection: Connection | None) -> None:
        import asyncssh

        self.errors = (asyncssh.Error, asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError, TimeoutError)
        self._no_such_file = asyncssh.SFTPNoSuchFile
        parts = urlsplit(address)
        self._connection = connection or Connection("")
        self._host = parts.hostname or self._connection.host
        if not self._host:
            raise UsageError(
                "The SFTP place has no host.", where=address, fix="Write sftp://host/folder, or set the connection's."
            )
        self._port = parts.port or self._connection.port or 22
        self._login = (unquote(parts.username) if parts.username else None) or self._connection.login
        path = unquote(parts.path)
        self._root = path[3:] or "." if path.startswith("/~/") else path.rstrip("/") or "/"
        self._link = self._client = None

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        from fsspec.asyn import get_loop, sync

        try:
            return sync(get_loop(), lambda: work)
        except self._no_such_file as error:
            raise FileNotFoundError(str(error)) from error

    async def _connected(self):
        import asyncssh

        if self._client is None:
            options = {
                "port": self._port,
                "known_hosts": self._known_hosts(),
                "connect_timeout": 10,
                "login_timeout": 20,
                "keepalive_interval": 15,  # three without an answer end a connection that hangs
            }
            if self._login:
                options["username"] = self._login
            if self._connection.password:
                options["password"] = self._connection.password
            if keys := self._keys():
                options["client_keys"] = keys
            self._link = await asyncssh.connect(self._host, **options)
            self._client = await self._link.start_sftp_client(path_errors="surrogateescape")
        return self._client

    def _known_hosts(self) -> object:
        import asyncssh

        if host_key := self._connection.text("host_key"):
            return asyncssh.import_known_hosts(f"* {host_key}")
        if self._connection.says("no_host_key_check"):
            return None
        return self._connection.text("known_hosts") or ()

    def _keys(self) -> list[object]:
        import asyncssh

        passphrase = self._connection.text("private_key_passphrase")
        if key := self._connection.text("private_key"):
            return [asyncssh.import_private_key(key, passphrase)]
        file = self._connection.text("key_file")
        if not file:
            return []
        try:
            return [asyncssh.read_private_key(file, passphrase)]
        except FileNotFoundError:
            name = self._connection.name
            raise UsageError(
                "The key file of an SFTP connection is not there.",
                where=file,
                fix=f"Correct key_file in RAPPORT_CONN_{name.upper()}.",
            ) from None

    def list(self, leave_out: Sequence[str]) -> Iterator[tuple[str, Status]]:
        async def everything() -> list[tuple[str, Status]]:
            client = await self._connected()
            return [found async for found in self._below(client, "", set(leave_out))]

        return iter(self._do(everything()))

    async def _below(self, client: Any, prefix: str, leave_out: set[str]) -> AsyncIterator[tuple[str, Status]]:
        import asyncssh

        folders = []
        async for entry in client.scandir(self._path(prefix)):
            name, attributes = prefix + entry.filename, entry.attrs
            if entry.filename in (".", ".."):
                continue
            if attributes.type == asyncssh.FILEXFER_TYPE_SYMLINK:
                try:
                    attributes = await client.stat(self._path(name))
                except asyncssh.SFTPError:
                    continue  # it leads nowhere
            elif attributes.type == asyncssh.FILEXFER_TYPE_DIRECTORY:
                folders.append(f"{name}/")
            if attributes.type == asyncssh.FILEXFER_TYPE_REGULAR:
                yield name, _status(attributes)
        for folder in folders:
            if folder not in leave_out:
                async for found in self._below(client, folder, leave_out):
                    yield found

    def _path(self, name: str) -> str:
        return posixpath.join(self._root, name)

    def status(self, name: str) -> Status:
        async def look() -> Status:
            return _status(await (await self._connected()).stat(self._path(name)))

        return self._do(look())

    def read(self, name: str, _listed: Status, start: int) -> tuple[int, Iterator[bytes]]:
        return start, self._chunks(name, start)

    def _chunks(self, name: str, start: int) -> Iterator[bytes]:
        async def open_file() -> Any:
            return await (await self._connected()).open(self._path(name), "rb")

        file = self._do(open_file())
        while chunk := self._do(file.read(_CHUNK, start)):
            start += len(chunk)
            yield chunk
        self._do(file.close())

    def move(self, name: str, target: str) -> None:
        import asyncssh

        async def rename() -> None:
            client = await self._connected()
            await client.makedirs(posixpath.dirname(self._path(target)), exist_ok=True)
            try:
                await client.stat(self._path(target))
            except asyncssh.SFTPNoSuchFile:
                await client.rename(self._path(name), self._path(target))
            else:
                raise FileExistsError(target)

        self._do(rename())

    def is_passing(self, error: BaseException) -> bool:
        import asyncssh

        for_good = (
            asyncssh.PermissionDenied,
            asyncssh.HostKeyNotVerifiable,
            asyncssh.SFTPPermissionDenied,
            asyncssh.KeyImportError,
            asyncssh.KeyEncryptionError,
            PermissionError,
        )
        return not isinstance(error, for_good)

    def mask(self, words: str) -> str:
        return self._connection.mask(words)

    def restart(self) -> None:
        link, self._link, self._client = self._link, None, None
        if link is not None:
            from fsspec.asyn import get_loop

            get_loop().call_soon_threadsafe(link.abort)


def _status(attributes: Any) -> Status:
    modified = None if attributes.mtime is None else datetime.fromtimestamp(attributes.mtime, UTC)
    return Status(attributes.size, modified)
