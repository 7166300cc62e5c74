"""Real servers on loopback: S3 (moto's), SFTP (asyncssh's), HTTP, and a line between that breaks."""

import asyncio
import base64
import json
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

USER, PASSWORD = "reporting", "s3cret/+word"


class Line:
    """A line to a server's port that can be cut.

    Once `spared` long answers went through, the next `cuts` connections break after `after` bytes towards the client.
    """

    def __init__(self, port: int) -> None:
        self._target, self.cuts, self.after, self.sent, self.spared = port, 0, 0, 0, 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
            threading.Thread(target=self._pump_back, args=(server, client), daemon=True).start()

    @staticmethod
    def _end(*sockets: socket.socket) -> None:
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(1 << 16):
                target.sendall(data)
        except OSError:
            pass
        self._end(source, target)

    def _pump_back(self, server: socket.socket, client: socket.socket) -> None:
        passed, is_spared = 0, False
        try:
            while data := server.recv(1 << 14):
                passed += len(data)
                if passed > self.after and self.spared and not is_spared:
                    self.spared, is_spared = self.spared - 1, True
                if self.cuts and passed > self.after and not is_spared:
                    self.cuts -= 1
                    break
                client.sendall(data)
                self.sent += len(data)
        except OSError:
            pass
        self._end(server, client)

    def close(self) -> None:
        """Refuse further connections."""
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._socket.close()


class _Files(BaseHTTPRequestHandler):
    """Files of a folder with ranges, ETags and index pages, for one user."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        server = self.server
        server.asked.append((self.command, self.path, self.headers.get("Range")))
        server.headers.append(dict(self.headers))
        if server.redirects:
            return self._send(302, b"", {"Location": server.redirects}, with_body)
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {token}":
            return self._send(401, b"no", {}, with_body)
        path = server.folder / unquote(self.path).lstrip("/")
        if path.is_dir():
            kind, content = self._index(path)
            return self._send(200, content, {"Content-Type": kind}, with_body)
        if not path.is_file() or server.fails:
            return self._send(503 if server.fails else 404, b"", {}, with_body)
        content, modified = path.read_bytes(), path.stat().st_mtime
        headers = {"Last-Modified": self.date_time_string(int(modified)), "ETag": f'"{modified}-{len(content)}"'}
        wanted = self.headers.get("Range")
        if not wanted or not server.knows_ranges or self.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
            return self._send(200, content, headers, with_body)
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return self._send(206, content[start:], headers, with_body)

    def _index(self, folder: Path) -> tuple[str, bytes]:
        names = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir())
        if self.server.speaks_json:
            entries = [
                {
                    "name": name.rstrip("/"),
                    "type": "directory" if name.endswith("/") else "file",
                    "mtime": self.date_time_string(int((folder / name).stat().st_mtime)),
                    "size": (folder / name).stat().st_size,
                }
                for name in names
            ]
            return "application/json", json.dumps(entries).encode()
        foreign = '<a href="../">up</a><a href="?C=M">sort</a><a href="http://example.invalid/x.csv">x</a>'
        links = "".join(f'<a href="{quote(name)}">{name}</a>' for name in names)
        return "text/html; charset=utf-8", f"<html>{foreign}{links}</html>".encode()

    def _send(self, status: int, content: bytes, headers: dict[str, str], with_body: bool) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            if with_body:
                self.wfile.write(content)
        except OSError:
            self.close_connection = True


@contextmanager
def http_server(folder: Path) -> Iterator[ThreadingHTTPServer]:
    """A web server; `asked` are its requests, the rest can be set."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    server.folder, server.asked, server.headers = folder, [], []
    server.fails, server.knows_ranges, server.speaks_json, server.redirects = False, True, False, None
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def sftp_server(folder: Path) -> Iterator[tuple[int, str, str]]:
    """An SFTP server for one user; yields its port, its public host key and a private key that opens it with PASSWORD."""
    import asyncssh

    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    key = asyncssh.generate_private_key("ssh-ed25519")

    class Login(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, offered: object) -> bool:
            return username == USER and offered == key.convert_to_public()  # the server's own will do for a test

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (USER, PASSWORD)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: object) -> None:
            super().__init__(channel, chroot=os.fsencode(folder))

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def start() -> object:
        return await asyncssh.listen("127.0.0.1", 0, server_factory=Login, server_host_keys=[key], sftp_factory=Files)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(30)

    async def stop() -> None:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    try:
        private = key.export_private_key(passphrase=PASSWORD).decode()
        yield server.sockets[0].getsockname()[1], key.export_public_key().decode().strip(), private
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)


@contextmanager
def s3_server() -> Iterator[int]:
    """An S3 server; yields its port."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()[1]
    finally:
        server.stop()
