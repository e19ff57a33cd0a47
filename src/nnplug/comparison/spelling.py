"""How a comparison writes numbers, metrics and names, in its words and its tables."""

import math
from collections.abc import Sequence


def number(value: float, digits: int = 3) -> str:
    """Return a number with so many digits: 0.0120, 123, 1.20e-5; infinity as "inf"."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}".removeprefix("-") if value == 0 else str(value)
    if 1e-4 <= abs(value) < 1e6:
        places = digits - 1 - math.floor(math.log10(abs(value)))
        return f"{value:.{max(0, places)}f}"
    return _short(f"{value:.{digits - 1}e}")


def rate(lr: float) -> str:
    """Return a learning rate as one would type it: 0.01, 1e-5."""
    return _short(f"{lr:.6g}")


def percent(share: float) -> str:
    """Return a share in percent, never rounded up to 100."""
    text = f"{100 * share:.2f}"
    return f"{'99.99' if share < 1 and text == '100.00' else text} %"


def p_value(p: float, alpha: float) -> str:
    """Return a p with two digits, or as many as tell on which side of alpha it is: "p = 0.012"."""
    texts = [f"{p:.{digits}g}" for digits in range(2, 18)]
    right = (text for text in texts if (float(text) <= alpha) == (p <= alpha))
    return f"p = {_short(next(right, texts[-1]))}"


def effect(size: float) -> str:
    """Return the size of an effect, never rounded to the whole that it is not."""
    text = f"{size:.2f}".replace("-0.00", "0.00")
    return text.replace("1.00", "0.99") if abs(size) < 1 else text


def is_share(metric: str) -> bool:
    """Say whether a metric is written in percent."""
    return metric.removeprefix("test_") == "accuracy"


def metric_name(metric: str) -> str:
    """Return what a metric is called: "held-out loss" for test_loss."""
    plain = metric.removeprefix("test_")
    return f"held-out {plain}" if plain != metric else plain


def metric_value(metric: str, value: float, lost: str = "diverged") -> str:
    """Return a metric's value; one that is infinitely bad is said to be what became of the run."""
    if math.isinf(value):
        return lost
    return percent(value) if is_share(metric) else number(value, 4)


def metric_difference(metric: str, difference: float) -> str:
    """Return how far two values of a metric are apart; accuracies by points of percent."""
    if is_share(metric) and math.isfinite(difference):
        return f"{100 * difference:.2f} points".replace("-0.00 ", "0.00 ")
    return number(difference)


def plain(text: str) -> str:
    """Return a name on one line, without characters that a terminal would obey."""
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return "a, b and c", or "a, b and 7 others"; with ";" where names are lists themselves."""
    shown, rest = list(names[:most]), len(names) - most
    if rest == 1:
        shown, rest = list(names), 0
    last = [f"{rest} others"] if rest > 0 else []
    *before, end = [*shown, *last] or [""]
    comma = any(", " in name for name in shown)
    between, final = ("; ", "; and ") if comma else (", ", " and ")
    return f"{between.join(before)}{final}{end}" if before else end


def counted(n: int, what: str) -> str:
    """Return "1 seed", "16 seeds"."""
    return f"{n} {what}" + "s" * (n != 1)


def _short(text: str) -> str:
    """Write an exponent without its zeros: 1.2e-05 is 1.2e-5."""
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text
