"""What the options of `nnplug compare` ask for: a plan, a form, claims; or what contradicts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnplug.engine.settings import refuse_contradictions, settings

if TYPE_CHECKING:
    from nnplug.comparison.plan import Plan
    from nnplug.comparison.store import Store

FORMS = ("json", "csv", "markdown", "latex")
PLANNED = ("vary", "seeds", "sample", "tune", "tuning_seeds", "metric", "goal")


def form_of(options: dict[str, Any]) -> str:
    """Return in which form the result is printed."""
    forms = [form for form in FORMS if options[form]]
    if len(forms) > 1:
        flags = " and ".join(f"--{form}" for form in forms)
        raise click.UsageError(f"{flags} contradict each other")
    return forms[0] if forms else "text"


def asked_plan(options: dict[str, Any]) -> "tuple[Plan, Store | None]":
    """Return what is to be done, and where an earlier comparison keeps its runs."""
    from nnplug.comparison.plan_file import plan_from, plan_of, read_experiment
    from nnplug.comparison.store import Store

    base = {name: options[name] for name in settings() if options[name] is not None}
    if base["callback"] == ():  # an option that may be given several times, and was not given
        del base["callback"]
    asked = {name: options[name] for name in PLANNED if options[name] not in (None, ())}
    if options["resume"]:
        given = [f"--{name.replace('_', '-')}" for name in (*asked, *base)]
        given += [flag for flag in ("save", "experiment") if options[flag]]
        if given or options["no_save"]:
            raise click.UsageError(
                f"--resume goes on with what the folder says; drop {' '.join(given) or '--no-save'}"
            )
        store = Store(Path(options["resume"]))
        return plan_from(store.read_plan()), store
    if options["save"] and options["no_save"]:
        raise click.UsageError("--save and --no-save contradict each other")
    found: dict[str, Any] = {"base": {}}
    if options["experiment"]:
        found = read_experiment(options["experiment"])
    if not asked.get("vary") and not found.get("vary"):
        raise click.UsageError('say what to compare: --vary "optimizer=gd adam", or a FILE')
    refuse_contradictions(base)
    merged = {**found["base"], **base}
    if "optimizer" in base and "lr" not in base:
        # The file's rate was chosen for the file's optimizer.
        merged.pop("lr", None)
    return plan_of({**found, **asked, "base": merged}), None


def asked_claims(store: "Store | None", options: dict[str, Any]) -> list[Any]:
    """Return what is claimed of the comparison that is asked for, unread."""
    if store is not None:
        return list(store.read_plan().get("claims", []))
    if not options["experiment"]:
        return []
    from nnplug.comparison.plan_file import read_experiment

    claims = list(read_experiment(options["experiment"])["claims"])
    if claims and options["vary"]:
        note = f"--vary compares other settings; the claims of {options['experiment']} are left out"
        click.echo(f"nnplug: note: {note}", err=True)
        return []
    return claims
