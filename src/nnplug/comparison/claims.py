"""Claims: what a report says in words, and what of the runs is to show it.

    [[claims]]
    says = "adam is better than momentum, and momentum than gd"
    order = [{optimizer = "adam"}, {optimizer = "momentum"}, {optimizer = "gd"}]

better, than : settings and others that they are better than, paired where all else is equal
order : the same for three or more, the best first
at_least, at_most : bounds of the metric, which more than a `share` of the runs keep
diverges : whether more than a `share` of the runs do
setting : which settings a bound or `diverges` is about, by what is varied; without it, all
metric : what is compared or bounded; without it, what the comparison judges
share : of the runs of a setting; without it, half

`outcomes.py` tests them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from nnplug.comparison.measures import DERIVED
from nnplug.comparison.plan import Plan, Prepared
from nnplug.comparison.records import Setting
from nnplug.core.errors import SettingsError

FORMS = {
    "better": ("than", "metric"),
    "order": ("metric",),
    "at_least": ("at_most", "setting", "metric", "share"),
    "at_most": ("at_least", "setting", "metric", "share"),
    "diverges": ("setting", "share"),
}
"""What a claim is known by, and what else it may hold."""

HALF = 0.5


@dataclass(frozen=True)
class Claim:
    """What is claimed of the settings of one comparison, by their indices.

    says : in words
    pairs : (better, worse), or empty;  settings : those that a bound or `diverges` is about
    metric : of a run's metrics, or of those in measures.py
    low, high : the bounds of the metric;  diverges : or whether runs diverge
    share : what more than so many of the runs do
    """

    says: str
    metric: str
    pairs: tuple[tuple[int, int], ...] = ()
    settings: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None
    diverges: bool | None = None
    share: float = HALF


def read_claims(given: Any, plan: Plan, prepared: Prepared) -> list[Claim]:
    """Return the claims of an experiment, as `read_experiment` gives them.

    Raises SettingsError that names the claim and says what to write.
    """
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise SettingsError("claims are no list of tables", "write each below a line [[claims]]")
    return [_Reader(number, one, plan, prepared).read() for number, one in enumerate(given, 1)]


class _Reader:
    """Reads one claim."""

    def __init__(
        self, number: int, given: Mapping[str, Any], plan: Plan, prepared: Prepared
    ) -> None:
        self.given = {key.replace("-", "_"): value for key, value in given.items()}
        self.labels = {axis.name: axis.labels for axis in plan.axes}
        self.whole = plan.sample is None
        self.prepared = prepared
        self.says = self.given.pop("says", "")
        if not isinstance(self.says, str) or not self.says.strip():
            raise SettingsError(f"claim {number} says nothing", 'write says = "what is claimed"')

    def read(self) -> Claim:
        form = self._form()
        metric = self._metric()
        if form in ("better", "order"):
            return Claim(self.says, metric, pairs=self._pairs())
        chosen = tuple(one.index for one in self._choose(self.given.get("setting", {})))
        share = self._number("share", HALF)
        if not 0 < share < 1:
            raise self._error(f"share is {share:g}", "it lies between 0 and 1: share = 0.5")
        if form == "diverges":
            if not isinstance(self.given[form], bool):
                raise self._error("diverges is true or false")
            return Claim(self.says, metric, settings=chosen, diverges=self.given[form], share=share)
        low, high = (self._number(name, None) for name in ("at_least", "at_most"))
        return Claim(self.says, metric, settings=chosen, low=low, high=high, share=share)

    def _form(self) -> str:
        form = next((form for form in FORMS if form in self.given), None)
        known = sorted({name for form, more in FORMS.items() for name in (form, *more)})
        for name in self.given:
            if name not in known:
                near = get_close_matches(name, known, 1)
                raise self._error(
                    f"there is no {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
                    f"a claim holds says and {', '.join(known)}",
                )
        if form is None:
            raise self._error(
                "it tests nothing", f"give it one of {', '.join(FORMS)}: at_least = 1.0"
            )
        strange = [name for name in self.given if name != form and name not in FORMS[form]]
        if strange:
            raise self._error(f"{form} and {strange[0]} do not go together", "make two claims")
        if form == "better" and "than" not in self.given:
            raise self._error("it is better than what?", 'write than = {optimizer = "gd"}')
        return form

    def _metric(self) -> str:
        metric = self.given.get("metric", self.prepared.metric)
        known = [*self.prepared.metrics, *DERIVED]
        if metric not in known:
            raise self._error(f"these runs have no {metric!r}", f"they have {', '.join(known)}")
        return str(metric)

    def _number(self, name: str, default: Any) -> Any:
        value = self.given.get(name, default)
        if value is default:
            return default
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not math.isfinite(value):
            raise self._error(f"{name} is {value!r}", f"write a number: {name} = 0.5")
        return float(value)

    def _pairs(self) -> tuple[tuple[int, int], ...]:
        ranks = self.given.get("order", [self.given.get("better"), self.given.get("than")])
        if not isinstance(ranks, list) or len(ranks) < 2:
            raise self._error("order is a list of two or more", 'write [{lr = "0.1"}, {lr = "1"}]')
        found: list[tuple[int, int]] = []
        for better, worse in pairwise(ranks):
            if better == worse:
                raise self._error(f"{better} is compared with itself")
            found += self._matched(better, worse)
        if not found and self.whole:
            raise self._error("no two settings differ in what it names")
        return tuple(found)

    def _matched(self, better: Any, worse: Any) -> list[tuple[int, int]]:
        """Return settings and others that are alike but for what the claim names."""
        pairs = [(a, b) for a in self._choose(better) for b in self._choose(worse)]
        named = {name.replace("-", "_") for one in (better, worse) for name in one}
        free = [name for name in self.labels if name not in named]
        return [
            (a.index, b.index)
            for a, b in pairs
            if a.index != b.index and all(a.varied[name] == b.varied[name] for name in free)
        ]

    def _choose(self, wanted: Any) -> list[Setting]:
        """Return the settings that have what is wanted, of those that are compared.

        These may be none, where a sample of the grid was drawn.
        """
        if not isinstance(wanted, Mapping):
            raise self._error(f"{wanted!r} names no setting", 'write {optimizer = "adam"}')
        chosen = {
            name.replace("-", "_"): self._values(name.replace("-", "_"), value)
            for name, value in wanted.items()
        }
        return [
            one
            for one in self.prepared.settings
            if all(one.varied[name] in labels for name, labels in chosen.items())
        ]

    def _values(self, name: str, value: Any) -> list[str]:
        """Return the labels under a name that a value, or one of a list of them, means."""
        if name not in self.labels:
            raise self._error(
                f"{name} is not varied", f"what tells settings apart is {', '.join(self.labels)}"
            )
        found = []
        for one in value if isinstance(value, list) else [value]:
            labels = [label for label in self.labels[name] if _means(one, label)]
            if not labels:
                raise self._error(
                    f"no setting has {name} {_text(one)}", f"it is {', '.join(self.labels[name])}"
                )
            found += labels
        return found

    def _error(self, message: str, hint: str | None = None) -> SettingsError:
        return SettingsError(f"claim {self.says!r}: {message}", hint)


def _means(value: Any, label: str) -> bool:
    """Say whether a value in a claim is what a label says: 0.0001 is 1e-4."""
    if _text(value).replace(" ", "") == label.replace(" ", ""):
        return True
    try:
        return float(_text(value)) == float(label)
    except ValueError:
        return False


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
