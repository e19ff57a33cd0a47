"""What differs between the machine and the versions of then and those of now."""

from collections.abc import Mapping
from typing import Any, NamedTuple

NAMES = {
    "nnplug": "nnplug",
    "python": "Python",
    "numpy": "NumPy",
    "blas": "BLAS",
    "blas_threads": "BLAS threads",
    "cpu": "processor",
    "system": "system",
}
"""The facts of a machine that can change the last digits of a sum, and what they are called."""


class Difference(NamedTuple):
    """One thing that is not as it was."""

    what: str
    then: str
    now: str

    def __str__(self) -> str:
        return f"{self.what} {self.then} -> {self.now}"


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Compare what `machine_facts` said then with what it says now; what is not known is equal."""
    found = []
    for key, name in NAMES.items():
        one, other = then.get(key), now.get(key)
        if one != other and one is not None and other is not None:
            found.append(Difference(name, plain_text(one), plain_text(other)))
    before, today = (_packages(facts) for facts in (then, now))
    for name in sorted(before.keys() | today.keys()):
        if before.get(name) != today.get(name):
            one, other = (plain_text(of.get(name, "not there")) for of in (before, today))
            found.append(Difference(plain_text(name), one, other))
    return found


def _packages(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    found = facts.get("packages")
    return found if isinstance(found, Mapping) else {}


BY_HAND = "changed by hand"
"""The note of a run that holds a line for each thing that somebody changed while it trained."""


def by_hand(notes: Mapping[str, Any]) -> list[Difference]:
    """Return what was done to a run by hand, from its notes: nobody does that again."""
    lines = notes.get(BY_HAND)
    lines = lines if isinstance(lines, list) else []
    return [Difference("by hand", plain_text(line), "not done again") for line in lines]


def plain_text(value: Any) -> str:
    """Return what a file says in printable characters."""
    text = str(value) or "without a version"
    return "".join(c if c.isprintable() else "?" for c in text)[:100]
