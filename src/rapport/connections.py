"""Connections: how a server is reached, in the forms in which Airflow writes them, read without Airflow."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from rapport.errors import UsageError
from rapport.settings import Settings

_SECRET = re.compile(r"pass|secret|token|key$|authorization|private|credential|cookie", re.IGNORECASE)


@dataclass(frozen=True)
class Connection:
    """How a server is reached.

    Attributes:
        kind: Airflow's `conn_type`, such as aws, sftp or http.
        extra: whatever else it needs; the keys are the kind's.
    """

    name: str
    kind: str = ""
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    host: str | None = None
    port: int | None = None
    schema: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict, repr=False)

    def text(self, *keys: str) -> str | None:
        """The first of these extras that is there."""
        return next((str(self.extra[key]) for key in keys if self.extra.get(key) not in (None, "")), None)

    def says(self, key: str) -> bool:
        """Whether an extra is true."""
        return str(self.extra.get(key, "")).lower() in ("true", "1", "yes")

    def mask(self, words: str) -> str:
        """The words without this connection's secrets."""
        secrets = [self.password, *(value for key, value in self.extra.items() if _SECRET.search(key))]
        for secret in sorted((str(secret) for secret in secrets if secret), key=len, reverse=True):
            words = words.replace(secret, "***")
        return words


def read_connection(settings: Settings, name: str) -> Connection:
    """Read a connection from RAPPORT_CONN_<NAME>: Airflow's URI (`sftp://user:password@host:22?key_file=…`) or its JSON.

    Raises:
        UsageError: it is not set, or is neither; nothing of its text is shown.
    """
    variable = f"RAPPORT_CONN_{name.upper()}"
    text = settings.connection(name)
    if not text:
        raise UsageError(
            f"The connection {name} is not set.",
            where=variable,
            fix="Set it to the URI or the JSON that `airflow connections get` shows.",
        )
    try:
        return _from_json(name, text) if text.lstrip().startswith("{") else _from_uri(name, text)
    except (ValueError, TypeError, AttributeError):
        raise UsageError(
            f"The connection {name} cannot be read.",
            where=variable,
            fix="Write type://user:password@host:port?key=value with special characters as %xx, or Airflow's JSON.",
        ) from None


def _from_json(name: str, text: str) -> Connection:
    content = json.loads(text)
    extra = content.get("extra") or {}
    extra = json.loads(extra) if isinstance(extra, str) else extra
    port = content.get("port")
    plain = {key: content.get(key) or None for key in ("login", "password", "host", "schema")}
    return Connection(name, content.get("conn_type") or "", **plain, port=int(port) if port else None, extra=dict(extra))


def _from_uri(name: str, text: str) -> Connection:
    parts = urlsplit(text.strip())
    if not parts.scheme or "://" not in text:
        raise ValueError("no type")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    extra = json.loads(query["__extra__"]) if "__extra__" in query else query
    login, password, host = (unquote(part) if part else None for part in (parts.username, parts.password, parts.hostname))
    return Connection(
        name, parts.scheme.replace("-", "_"), login, password, host, parts.port, unquote(parts.path[1:]) or None, dict(extra)
    )
