"""What becomes of the lab reports' claims: every experiment of examples/labs, run in full.

    python benchmarks/lab_claims.py [--only TEXT] [--again] [--workers N]

Writes benchmarks/lab_claims.json after each experiment, and leaves out those that are in it already
and have not changed since; then it writes the table of examples/labs/README.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LABS = ROOT / "examples" / "labs"
README = LABS / "README.md"
MEASURED = Path(__file__).with_suffix(".json")
BEGIN, END = "<!-- outcomes -->", "<!-- /outcomes -->"

TOPICS = ("learning-rate", "hidden-units", "no-activation", "optimizer", "activation", "grid")


def experiments() -> list[Path]:
    """Return the experiments, in the order of the table."""

    def place(path: Path) -> tuple[int, str]:
        found = [i for i, topic in enumerate(TOPICS) if path.name.startswith(topic)]
        return (found[0] if found else len(TOPICS), path.name)

    return sorted(LABS.glob("*.toml"), key=place)


def digest(path: Path) -> str:
    """Return what tells an experiment from what it was before a change."""
    return sha256(path.read_bytes()).hexdigest()


def children_seconds() -> float:
    """Return the processor time of the commands so far: what else runs here takes none of it."""
    times = os.times()
    return times.children_user + times.children_system


def run(path: Path, workers: int) -> dict[str, Any]:
    """Run an experiment by its command, and return what became of its claims."""
    from nnplug.comparison.load import load_comparison
    from nnplug.comparison.outcomes import settle_claims
    from nnplug.core.registry import default_registry

    with tempfile.TemporaryDirectory() as folder:
        words = ["compare", str(path), "--save", f"{folder}/run", "--quiet"]
        start = children_seconds()
        subprocess.run(
            [sys.executable, "-m", "nnplug", *words, "--workers", str(workers)],
            stdout=subprocess.DEVNULL,
            check=True,
        )
        seconds = children_seconds() - start
        loaded = load_comparison(f"{folder}/run", default_registry())
    assert not loaded.missing
    return {
        "sha256": digest(path),
        "seconds": round(seconds, 1),
        "runs": len(loaded.comparison.records),
        "claims": [
            {
                "says": one.claim.says,
                "outcome": one.outcome,
                "summary": one.summary,
                "findings": [
                    {"about": f.about, "outcome": f.outcome, "figures": f.figures}
                    for f in one.findings
                ],
            }
            for one in settle_claims(loaded.claims, loaded.comparison)
        ],
    }


def table(measured: dict[str, Any]) -> str:
    """Return the table of the README, with the sum of the outcomes above it."""
    outcomes = [claim["outcome"] for one in measured.values() for claim in one["claims"]]
    counts = {name: outcomes.count(name) for name in ("held", "not held", "undecided")}
    runs = sum(one["runs"] for one in measured.values())
    lines = [
        f"{len(outcomes)} claims over {runs:,} runs: {counts['held']} held, "
        f"{counts['not held']} not held, {counts['undecided']} undecided.",
        "",
        "| experiment | claim | outcome | over |",
        "|---|---|---|---|",
    ]
    for name, one in measured.items():
        for claim in one["claims"]:
            figures = claim["summary"]
            if len(claim["findings"]) == 1:
                figures = claim["findings"][0]["figures"]
            cells = (f"[{name}]({name})", claim["says"], f"**{claim['outcome']}**", figures)
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_table(measured: dict[str, Any]) -> None:
    """Put the table where the README has it."""
    head, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    README.write_text(f"{head}{BEGIN}\n\n{table(measured)}\n\n{END}{tail}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="files whose names contain this")
    parser.add_argument("--again", action="store_true", help="those, too, that have not changed")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    known: dict[str, Any] = {}
    if MEASURED.exists():
        known = json.loads(MEASURED.read_text(encoding="utf-8"))
    for path in experiments():
        unchanged = known.get(path.name, {}).get("sha256") == digest(path)
        if options.only not in path.name or (unchanged and not options.again):
            continue
        known[path.name] = run(path, options.workers)
        seconds = known[path.name]["seconds"]
        print(f"{path.name}: {seconds} s of processor time", file=sys.stderr)
        kept = {one.name: known[one.name] for one in experiments() if one.name in known}
        MEASURED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    write_table(json.loads(MEASURED.read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
