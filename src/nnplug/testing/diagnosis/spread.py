"""Fresh weights of the wrong spread: variance for deviation, fans swapped, another distribution."""

from typing import Any, NamedTuple

import numpy as np

from nnplug.core.initializer import Initializer
from nnplug.engine.network import Network
from nnplug.testing.bench import short
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import spoken
from nnplug.testing.draws import generator
from nnplug.testing.initializer import FANS, SIGMAS
from nnplug.testing.numeric import Numbers

SHAPE = (200, 200)


class Drawn(NamedTuple):
    """Numbers drawn for a fan: their mean and deviation, and what is claimed.

    error : of the deviation, relative, within which it is what it is
    """

    fan: tuple[int, int]
    w: Numbers
    claim: float
    std: float
    error: float

    def is_std(self, expected: float) -> bool:
        """Say whether the numbers have this deviation."""
        return abs(self.std - expected) <= SIGMAS * self.error * max(expected, 1e-300)


def drawn(one: Initializer) -> list[Drawn]:
    """Return what an initializer draws for several fans, where it claims a deviation."""
    found = []
    for fan in FANS:
        w = np.asarray(one.sample(generator(0), SHAPE, *fan))
        claim, std = one.std(*fan), float(w.std())
        if claim:
            spread = float(((w - w.mean()) ** 2).std()) / (2 * max(std, 1e-300) ** 2)
            found.append(Drawn(fan, w, claim, std, spread / np.sqrt(w.size)))
    return found


@hypothesis("W1", "L9", kinds=("initializer", "layer"))
def wrong_spread(case: Case) -> str | None:
    """Compare the deviation with what each mistake would make of the claim, for every fan."""
    for one in _initializers(case):
        found = drawn(one)
        text = _mistake(one, found) if found else None
        if text:
            return text if case.subject.kind == "initializer" else f"{type(one).__name__}: {text}"
    return None


def _initializers(case: Case) -> list[Any]:
    if case.subject.kind == "initializer":
        return [case.component]
    layer = case.component
    network = Network([layer], tuple(layer.sample_shape()), registry=case.subject.registry)
    return [
        one
        for place in network.layout.trained
        if short(place) == case.parameter and (one := network.initializers[place.path])
    ]


def _mistake(one: Initializer, found: list[Drawn]) -> str | None:
    if any(np.ptp(d.w, axis=axis).max() == 0 for d in found for axis in (0, 1)):
        return "one row or column drawn, and repeated: units that start equal stay equal"
    if all(d.w.min() >= 0 and one.mean(*d.fan) == 0 for d in found):
        return _one_sided(0.0)
    if all(d.is_std(d.claim) for d in found):
        return _off_centre(one, found)
    claims = {round(d.claim, 12) for d in found}
    if all(d.is_std(one.std(*d.fan[::-1]) or 0.0) for d in found) and len(claims) > 1:
        return "fan_in and fan_out swapped: the deviation is that of the fans exchanged"
    if all(d.is_std(d.claim**2) for d in found):
        return "variance for deviation: the standard deviation drawn is the square of the claim"
    if all(d.is_std(d.claim**0.5) for d in found):
        return "deviation for variance: the standard deviation drawn is the root of the claim"
    if all(d.is_std(d.claim / np.sqrt(3)) and np.abs(d.w).max() <= d.claim for d in found):
        return (
            "a uniform distribution of the wrong width: U(-s, s) has the deviation s / sqrt(3), "
            "so its limit is sqrt(3) s"
        )
    if all(d.is_std(0.8796 * d.claim) and np.abs(d.w).max() <= 2 * d.claim for d in found):
        return (
            "a normal distribution cut at two deviations, whose own deviation is 0.8796 times as "
            "large: divide by that"
        )
    if len(claims) > 1 and all(d.is_std(found[0].std) for d in found):
        return (
            f"a spread that does not depend on the fan: {found[0].std:.4g} for every fan, and the "
            "claim does"
        )
    ratios = [d.std / d.claim for d in found]
    if len(claims) > 1 and all(d.is_std(ratios[0] * d.claim) for d in found):
        rounded = next((c for c in _SIMPLE if all(d.is_std(c * d.claim) for d in found)), ratios[0])
        return f"a constant factor: the deviation is {spoken(rounded)} times the claim"
    return None


_SIMPLE = (2.0, 0.5, 4.0, 0.25, 3.0, 1 / 3)


def _off_centre(one: Initializer, found: list[Drawn]) -> str | None:
    means = [float(d.w.mean()) - one.mean(*d.fan) for d in found]
    if all(abs(m) <= SIGMAS * d.std / np.sqrt(d.w.size) for m, d in zip(means, found, strict=True)):
        return None
    if all(d.w.min() >= 0 for d in found):
        return _one_sided(one.mean(*found[0].fan))
    return None


def _one_sided(mean: float) -> str:
    return (
        "never a negative weight: the numbers are drawn from one side of 0, and a mean of "
        f"{mean:g} is claimed"
    )


@hypothesis("L9", kinds=("layer",))
def fans_swapped(case: Case) -> str | None:
    """Compare the declared fan with the parameter's shape, and with what an output depends on."""
    data = getattr(case.error, "data", {})
    layer = case.component
    network = Network([layer], tuple(layer.sample_shape()), registry=case.subject.registry)
    for place in network.layout.trained:
        fan_in, fan_out = place.parameter.fan
        if short(place) == case.parameter and fan_in != fan_out:
            reached = data.get("numeric")
            if data.get("analytic") == fan_in and reached == fan_out:
                return (
                    f"fan_in and fan_out swapped: an output of {short(place)!r} sums {reached} "
                    f"numbers, which is declared as fan_out; write fan = ({fan_out}, {fan_in})"
                )
    return None
