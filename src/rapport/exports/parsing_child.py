"""The child process that parses files: it reads the archive and writes to scratch, within limits, and commits nothing.

It answers requests, one JSON object a line, on its standard input. Each answer is a line on its standard output: `typed` or
`refused` for each file, `unable` when one of them is too much for it, `failed` where the fault is no file's, `done` at the end.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from rapport.errors import ExportRefused, is_disk_full
from rapport.exports.export import Export
from rapport.exports.parquet import engine_over
from rapport.exports.typing_files import Source, Typed, Typist

_MIB = 1 << 20


def main() -> None:
    """Answer requests until the standard input ends."""
    from rapport.warehouse.death import die_with

    die_with(int(sys.argv[1]))
    answers, sys.stdout = sys.stdout, sys.stderr  # a library that prints must not be taken for an answer
    for line in sys.stdin:
        for answer in _answers(json.loads(line)):
            print(json.dumps(answer), file=answers, flush=True)


def _answers(request: dict) -> object:
    export = Export.of(request["export"])
    scratch, folders = Path(request["scratch"]), [Path(folder) for folder in request["folders"]]
    sources = [_source(fields) for fields in request["sources"]]
    with engine_over(folders, scratch / "duckdb") as engine:
        _limit(export, sum(source.path.stat().st_size for source in sources))
        typist = Typist(engine, export, scratch, datetime.fromisoformat(request["loaded_at"]))
        try:
            for source, outcome in typist.type(sources, by_engine=request["by_engine"]):
                yield {"file_id": source.file_id} | _outcome(outcome)
        except MemoryError:
            yield {"unable": f"needs more than {export.limits.memory_mib:,} MiB of memory"}
        except KeyboardInterrupt:  # somebody's, and not the file's
            raise
        except BaseException as error:
            yield _fault(export, error)
    yield {"done": True}


def _source(fields: dict) -> Source:
    return Source(**{**fields, "path": Path(fields["path"]), "exported_at": datetime.fromisoformat(fields["exported_at"])})


def _outcome(outcome: Typed | ExportRefused) -> dict:
    if isinstance(outcome, ExportRefused):
        return {"refused": {"what": outcome.what, "where": outcome.where, "fix": outcome.fix}}
    loaded = asdict(outcome.loaded) | {"loaded_at": outcome.loaded.loaded_at.isoformat()}
    rejects = outcome.rejects and str(outcome.rejects)
    return {"typed": {"loaded": loaded, "good": str(outcome.good), "rejects": rejects, "notices": outcome.notices}}


def _fault(export: Export, error: BaseException) -> dict:
    """What an error means: the file's fault, which stops no other file, or the machine's, which stops the load."""
    import duckdb

    said = str(error).splitlines()[0] if str(error) else ""
    if isinstance(error, duckdb.OutOfMemoryException):
        return {"unable": f"needs more than {export.limits.memory_mib:,} MiB of memory"}
    if is_disk_full(error):
        return {"failed": "There is no room for what the load writes.", "is_disk_full": True}
    if isinstance(error, OSError | duckdb.IOException) and "File too large" not in said:
        return {"failed": said}
    return {"unable": f"makes the reader fail ({type(error).__name__}: {said})"}


def _limit(export: Export, size: int) -> None:
    """Bound what the kernel gives this process from now on: memory, CPU time, and the size of a file that it writes."""
    limits = export.limits
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits.seconds + size // _MIB
    for kind, limit in (
        (resource.RLIMIT_AS, _mapped() + limits.memory_mib * _MIB),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 4 * limits.unpacked_mib * _MIB),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _mapped() -> int:
    """Bytes of address space that this process has now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
