"""What `calibration.py` found, as two tables and as a page of the documentation."""

from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]

KINDS = {
    "activation": "activations",
    "loss": "losses",
    "layer": "layers",
    "optimizer": "optimizers",
    "initializer": "initializers",
    "schedule": "schedules",
    "callback": "callbacks",
    "dataset": "datasets",
}


def summary(rows: Iterable[Row]) -> dict[str, Any]:
    """Return what the tables show, as JSON holds it."""
    kinds: dict[str, Any] = {}
    checks: dict[str, Any] = {}
    alarms: list[str] = []
    mistakes: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: (row["kind"], row["name"], row["seed"])):
        if row["kind"] == "mistake":
            _count_mistake(mistakes.setdefault(row["name"], {}), row)
            continue
        kind = kinds.setdefault(row["kind"], {"components": {}, "ran": 0, "failed": 0})
        if row["ran"]:  # what needs a file is not there to be checked
            kind["components"][row["name"]] = kind["components"].get(row["name"], 0) + 1
        kind["ran"] += len(row["ran"])
        kind["failed"] += len(row["failed"])
        for id, reason in row["failed"].items():
            alarms.append(f"{row['kind']} {row['name']}, seed {row['seed']}: {id}: {reason}")
        for id in row["ran"]:
            _count_check(checks.setdefault(id, {"ran": 0, "failed": 0, "margin": None}), id, row)
    for kind in kinds.values():
        seeds = kind.pop("components")
        kind |= {"components": len(seeds), "seeds": min(seeds.values())}
    return {
        "kinds": {kind: kinds[kind] for kind in KINDS if kind in kinds},
        "checks": {id: checks[id] for id in ordered(checks)},
        "alarms": alarms,
        "mistakes": {
            name: mistakes[name]
            for name in sorted(mistakes, key=lambda name: (place(mistakes[name]["check"]), name))
        },
    }


def _count_check(one: dict[str, Any], id: str, row: Row) -> None:
    one["ran"] += 1
    one["failed"] += id in row["failed"]
    margin = row["margins"].get(id)
    if margin is not None and (one["margin"] is None or float(margin) > float(one["margin"])):
        one |= {"margin": margin, "of": f"{row['kind']} {row['name']}"}


def _count_mistake(one: dict[str, Any], row: Row) -> None:
    if not one:
        one |= {key: row[key] for key in ("check", "description", "says")}
        one |= {"seeds": 0, "caught": 0, "fitting": 0, "margin": None}
    one["seeds"] += 1
    one["caught"] += row["caught"]
    one["fitting"] += row["fits"]
    margin = row["margin"]
    if margin is not None and (one["margin"] is None or float(margin) < float(one["margin"])):
        one["margin"] = margin


def missed(found: dict[str, Any]) -> list[str]:
    """Return the wrong components that were not caught at every seed with words that fit."""
    return [
        name
        for name, one in found["mistakes"].items()
        if min(one["caught"], one["fitting"]) < one["seeds"]
    ]


def ordered(ids: Iterable[str]) -> list[str]:
    """Return ids in the order in which the checks run."""
    return sorted(ids, key=place)


def place(id: str) -> tuple[int, int]:
    """Return what sorts an id: common checks first, then by kind."""
    return "CALSOWRBDI".index(id[0]), int(id[1:])


def tables(found: dict[str, Any]) -> str:
    """Return the tables as Markdown, and what went wrong below them."""
    parts = [kind_table(found["kinds"]), check_table(found["checks"])] if found["kinds"] else []
    parts += [mistake_table(found["mistakes"])] if found["mistakes"] else []
    parts += [f"false alarm: {alarm}" for alarm in found["alarms"]]
    parts += [f"not caught at every seed with words that fit: {name}" for name in missed(found)]
    return "\n\n".join(parts)


def kind_table(kinds: dict[str, Any]) -> str:
    """Say how many checks ran on the built-ins of each kind, and how many of them failed."""
    lines = [
        "| kind | components | seeds | checks run | false alarms |",
        "|---|---|---|---|---|",
    ]
    for kind, one in kinds.items():
        lines.append(
            f"| {KINDS[kind]} | {one['components']} | {one['seeds']:,} | {one['ran']:,} | "
            f"{one['failed']} |"
        )
    total = {
        key: sum(one[key] for one in kinds.values()) for key in ("components", "ran", "failed")
    }
    lines.append(f"| all | {total['components']} | | {total['ran']:,} | {total['failed']} |")
    return "\n".join(lines)


def check_table(checks: dict[str, Any]) -> str:
    """Say how near each check came to a false alarm, and where."""
    lines = ["| check | runs | false alarms | largest margin | of |", "|---|---|---|---|---|"]
    for id, one in checks.items():
        margin, of = say(one["margin"]), one.get("of", "") if float(one["margin"] or 0) else ""
        lines.append(f"| {id} | {one['ran']:,} | {one['failed']} | {margin} | {of} |")
    return "\n".join(lines)


def mistake_table(mistakes: dict[str, Any]) -> str:
    """Say of each wrong component which check caught it, how clearly, and what was said."""
    lines = [
        "| wrong component | check | caught | words fit | times the tolerance | what is said |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in mistakes.items():
        wrong = f"{name.split('-')[0]}: {one['description'] or 'nothing said of it'}"
        lines.append(
            f"| {cell(wrong)} | {one['check']} | {one['caught']} of {one['seeds']} | "
            f"{one['fitting']} | {say(one['margin'])} | {cell(one['says'])} |"
        )
    return "\n".join(lines)


def closest(mistakes: dict[str, Any], many: int = 6) -> list[str]:
    """Return the mistakes with the smallest errors: "7.1 times in A2 (...)"."""
    compared = [one for one in mistakes.values() if one["margin"] is not None]
    compared.sort(key=lambda one: float(one["margin"]))
    return [
        f"{say(one['margin'])} times in {one['check']} ({cell(one['description'])})"
        for one in compared[:many]
    ]


def say(margin: Any) -> str:
    """Say a share of the tolerance: "0.003", "330", "4e6"; a dash where nothing is compared."""
    if margin is None:
        return "—"
    number = float(margin)
    if number == float("inf"):
        return "∞"
    if number < 100:
        return f"{number:.2g}"
    return (
        f"{number:,.0f}" if number < 1e5 else f"{number:.0e}".replace("e+0", "e").replace("+", "")
    )


def cell(text: str) -> str:
    """Return a text as it may stand in a cell of a table."""
    text = " ".join(text.split())
    for sign in "\\`*_|<>[]$":
        text = text.replace(sign, f"\\{sign}")
    return text


PAGE = """\
# Calibration

A check can be wrong in two ways: it fails a right component, or it passes a wrong one. This page
shows how often either happened.

```
python benchmarks/calibration.py --into rows.jsonl
```

The script may be ended at any time and goes on where it was. `--write` makes this page, so it is
not written by hand; a test compares it with what was stored. `--short` takes a few seconds.

## False alarms

All checks on all built-ins, at other points and with other draws for each seed. O9 and S9 need what
only an author knows, and run in `tests/test_builtins_conform.py` instead.

{kinds}

How near each check came. *Margin* is the largest error as a share of the tolerance: 1 would be an
alarm. A dash stands for a check that compares bits, shapes or facts. L8, L9 and W1 look at drawn
numbers and allow five standard errors, so they come nearer than others.

{checks}

## Detection

{count} mistakes of `tests/mistakes/`, each at {seeds} seeds. *Caught* counts the seeds at which the
check failed, *words fit* those at which what is said names the mistake: the diagnosis, or the
check's own words where they are enough. *Times the tolerance* is the smallest error at any seed, as
a multiple of what is allowed, with a dash where no numbers are compared. *What is said* is from the
first seed.

The subtlest come this close to passing: {closest}.

{mistakes}
"""


def page(found: dict[str, Any]) -> str:
    """Return the page of the documentation."""
    return PAGE.format(
        kinds=kind_table(found["kinds"]),
        checks=check_table(found["checks"]),
        mistakes=mistake_table(found["mistakes"]),
        closest=", ".join(closest(found["mistakes"])),
        count=len(found["mistakes"]),
        seeds=min(one["seeds"] for one in found["mistakes"].values()),
    )
