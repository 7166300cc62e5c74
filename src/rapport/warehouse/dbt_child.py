"""The process in which dbt runs: `python -m rapport.warehouse.dbt_child PARENT LOCK EVENTS -- dbt's own arguments`.

dbt keeps the warehouse open after it has finished and leaves settings behind in its process, so it gets one of its own.
`LOCK` and `EVENTS` are descriptors (-1: none): the warehouse lock, held for as long as this process lives, and a pipe on which
nodes are reported as lines of JSON while they finish, and the result at the end.
"""

import json
import os
import sys

from rapport.warehouse.death import die_with

_FAILED = {"error", "fail", "runtime error", "partial success"}


def main() -> int:
    parent, lock, events = (int(word) for word in sys.argv[1:4])
    die_with(parent)
    for descriptor in (lock, events):
        if descriptor >= 0:
            os.set_inheritable(descriptor, False)  # what dbt starts has no business with them

    from dbt.cli.main import dbtRunner

    if events < 0:
        result = dbtRunner().invoke(sys.argv[5:])
        if result.exception is not None:
            print(result.exception, file=sys.stderr)  # dbt's runner keeps it to itself
            return 2
        return 0 if result.success else 1

    with os.fdopen(events, "w", encoding="utf-8", buffering=1) as pipe:

        def report(content: dict) -> None:
            pipe.write(json.dumps(content, default=str) + "\n")

        result = dbtRunner(callbacks=[_reporter(report)]).invoke(sys.argv[5:])
        report({"result": _summary(result)})
    return 0 if result.success else 1


def _reporter(report):
    def on_event(event) -> None:
        match event.info.name:
            case "ConcurrencyLine":
                report({"nodes": event.data.node_count})
            case "NodeFinished":
                node = event.data.node_info
                report({"finished": node.node_name, "kind": node.resource_type, "status": node.node_status})

    return on_event


def _summary(result) -> dict:
    results = getattr(result.result, "results", None) or []
    counts: dict[str, int] = {}
    failures, warnings = [], []
    for node in results:
        kind, status = str(node.node.resource_type), str(node.status)
        counts[kind] = counts.get(kind, 0) + 1
        about = {
            "name": node.node.name,
            "kind": kind,
            "status": status,
            "message": node.message or "",
            "failures": node.failures,
            "file": getattr(node.node, "compiled_path", None) or node.node.original_file_path,
        }
        if status in _FAILED:
            failures.append(about)
        elif status == "warn":
            warnings.append(about)
    return {
        "success": result.success,
        "exception": str(result.exception) if result.exception is not None else None,
        "counts": counts,
        "failures": failures,
        "warnings": warnings,
    }


def _close_warehouse() -> None:
    """Close the file that dbt leaves open, which writes its log back into it: the next reader need not replay it."""
    connections = sys.modules.get("dbt.adapters.duckdb.connections")
    if connections is not None:
        connections.DuckDBConnectionManager.close_all_connections()


if __name__ == "__main__":
    code = main()
    _close_warehouse()
    sys.exit(code)
