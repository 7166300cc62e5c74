"""Parsing in a child process: a file that exhausts memory or time, or crashes a parser, costs itself and nothing else."""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from rapport.errors import DiskFull, ExportRefused, RapportError
from rapport.exports.export import Export
from rapport.exports.parquet import LoadedFile
from rapport.exports.typing_files import Source, Typed

_FROM_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}  # no file makes its reader end with these
# The command; it is given the process id of its parent. -P: what lies in the working folder is never imported.
CHILD = (sys.executable, "-P", "-m", "rapport.exports.parsing_child")


class ReaderKilled(ExportRefused):
    """A file whose reader somebody else killed, and again: refused this time only, as nothing is known against the file."""


class Parser:
    """Has files of one export typed by the child process.

    Args:
        folders: all that the child may see: the archive and the scratch folder.
        scratch: folder for this load alone.
        loaded_at: what the rows will say.
    """

    def __init__(self, export: Export, folders: Sequence[Path], scratch: Path, loaded_at: datetime) -> None:
        self._export, self._folders, self._scratch, self._loaded_at = export, folders, scratch, loaded_at
        self._declared = json.loads(export.model_dump_json(exclude_defaults=True))

    def type(
        self, batch: Sequence[Source], *, by_engine: bool, is_again: bool = False
    ) -> Iterator[tuple[Source, Typed | ExportRefused]]:
        """Type files into scratch.

        Args:
            by_engine: let DuckDB read the file, of which there is one only, if it can do so exactly.
            is_again: the reader of the file, of which there is one only, was killed from outside before.

        Yields:
            Each file with what became of it.

        Raises:
            RapportError: the machine is at fault and not a file, as when the disk is full.
        """
        waiting = {source.file_id: source for source in batch}
        unable, is_killed = None, False
        for answer in self._answers(batch, by_engine=by_engine):
            if "failed" in answer:
                error = DiskFull if answer.get("is_disk_full") else RapportError
                raise error(f"Loading stopped: {answer['failed']}", where=str(self._scratch), fix="Make room, and load again.")
            unable, is_killed = answer.get("unable", unable), answer.get("is_killed", is_killed)
            if "file_id" in answer:
                yield waiting.pop(answer["file_id"]), _outcome(answer)
        if not waiting:
            return
        if len(batch) > 1:  # one of them is at fault; alone, each answers for itself
            for source in waiting.values():
                yield from self.type([source], by_engine=False)
            return
        if is_killed and not is_again:
            yield from self.type(batch, by_engine=by_engine, is_again=True)
            return
        yield batch[0], self._refusal(batch[0], unable, is_killed=is_killed)

    def _refusal(self, source: Source, unable: str | None, *, is_killed: bool) -> ExportRefused:
        where = f"{self._export.system}.{self._export.table}: {source.name}"
        if is_killed:
            return ReaderKilled(
                f"The file {unable}, and again when it was read once more.",
                where=where,
                fix="Look whether the machine ran out of memory, or lower `limits`; the next load tries again.",
            )
        return ExportRefused(
            f"The file {unable or 'was passed over by its reader'}.",
            where=where,
            fix="Look at what the file is; if it is meant to be so, raise `limits` in the declaration.",
        )

    def _answers(self, batch: Sequence[Source], *, by_engine: bool) -> Iterator[dict]:
        request = {
            "export": self._declared,
            "folders": [str(folder) for folder in self._folders],
            "scratch": str(self._scratch),
            "loaded_at": self._loaded_at.isoformat(),
            "by_engine": by_engine,
            "sources": [_fields(source) for source in batch],
        }
        size = sum(source.path.stat().st_size for source in batch)
        # The child is bound by CPU time. The clock is for one that waits for ever, and generous, as other work may hold it up.
        seconds = 60 + 10 * (self._export.limits.seconds + (size >> 20))
        yield from _the_child().ask(request, seconds)


def _fields(source: Source) -> dict:
    return asdict(source) | {"path": str(source.path), "exported_at": source.exported_at.isoformat()}


def _outcome(answer: dict) -> Typed | ExportRefused:
    if refused := answer.get("refused"):
        return ExportRefused(refused["what"], where=refused["where"], fix=refused["fix"])
    typed = answer["typed"]
    loaded = LoadedFile(**{**typed["loaded"], "loaded_at": datetime.fromisoformat(typed["loaded"]["loaded_at"])})
    return Typed(loaded, Path(typed["good"]), typed["rejects"] and Path(typed["rejects"]), typed["notices"])


class _Child:
    """The running child; it serves all loads of this process, since starting one costs as much as a thousand small files."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [*CHILD, str(self._owner)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    @property
    def is_usable(self) -> bool:
        """Whether it is alive, and this process's own: a fork shares its pipes."""
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(self, request: dict, seconds: float) -> Iterator[dict]:
        """Send a request; yields its answers up to `done`, or an `unable` that says how the child ended."""
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            self._process.kill()

        watch = threading.Timer(seconds, stop)
        watch.daemon = True
        watch.start()
        is_done = False
        try:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
            for line in self._process.stdout:
                if not line.endswith("\n"):  # killed in the middle of an answer
                    break
                answer = json.loads(line)
                if answer.get("done"):
                    is_done = True
                    return
                yield answer
            yield self._epitaph(is_late=is_late.is_set(), seconds=seconds)
        finally:
            watch.cancel()
            if not is_done:  # its answers would be taken for those to the next request
                self.end()

    def _epitaph(self, *, is_late: bool, seconds: float) -> dict:
        code = self._process.wait()
        if is_late:
            return {"unable": f"was not read within {seconds:,.0f} seconds"}
        if code == -signal.SIGXCPU:
            return {"unable": "was not read within its limit of CPU time"}
        if -code in _FROM_OUTSIDE:
            return {"unable": f"lost its reader to {signal.Signals(-code).name}", "is_killed": True}
        if code < 0:
            return {"unable": f"made its reader end with {signal.Signals(-code).name}"}
        return {"failed": f"the parsing process ended (exit code {code})"}

    def end(self) -> None:
        """Stop it."""
        if self._owner == os.getpid():
            self._process.kill()
            self._process.wait()


_child: _Child | None = None


def end_parsing() -> None:
    """Stop the child, if there is one; the next load starts another. What it has cost is counted as this process's then."""
    if _child is not None:
        _child.end()


def _the_child() -> _Child:
    global _child
    if _child is None or not _child.is_usable:
        _child = _Child()
        atexit.register(_child.end)
    return _child
