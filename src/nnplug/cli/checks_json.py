"""The document of `nnplug check --json`."""

import math
from collections.abc import Sequence
from typing import Any

from nnplug.cli.render_checks import Checked, counts
from nnplug.core.loader.plugin import Fault, Plugin


def document(
    done: Sequence[Checked],
    missing: Sequence[Plugin | Fault],
    versions: dict[str, str],
    seed: int,
    seconds: float,
) -> dict[str, Any]:
    """Return all of it as strict JSON: numbers that it cannot hold are texts ("nan", "inf")."""
    found: dict[str, Any] = strict(
        {
            "versions": versions,
            "seed": seed,
            "ok": not missing and not any(checked.failed for checked in done),
            "counts": counts(result for checked in done for result in checked.results),
            "seconds": seconds,
            "components": [
                {
                    "kind": checked.kind,
                    "spec": checked.spec,
                    "package": checked.provider.package,
                    "version": checked.provider.version,
                    "plugin": checked.provider.plugin,
                    "import_seconds": checked.import_seconds,
                    "seconds": checked.seconds,
                    "counts": counts(checked.results),
                    "results": [result.as_json() for result in checked.results],
                }
                for checked in done
            ],
            "missing": [_missing_row(one) for one in missing],
        }
    )
    return found


def _missing_row(one: Plugin | Fault) -> dict[str, Any]:
    kind, status = (None, one.status) if isinstance(one, Plugin) else (one.kind, "set aside")
    return {
        "kind": kind,
        "name": one.name,
        "package": one.provider.package,
        "version": one.provider.version,
        "plugin": one.provider.plugin,
        "status": status,
        "reason": one.reason,
        "traceback": one.traceback,
    }


def strict(value: Any) -> Any:
    """Return a value as strict JSON holds it; what it cannot hold, as a text."""
    if isinstance(value, dict):
        return {str(key): strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
