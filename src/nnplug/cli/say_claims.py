"""How a terminal shows what became of claims."""

from collections.abc import Sequence

from nnplug.comparison.outcomes import Settled
from nnplug.comparison.spelling import plain

DETAILS = 8
"""The most settings or pairs of a claim that get a line each; of more, those that hold get none."""


def say_claims(settled: Sequence[Settled]) -> str:
    """Say of each claim whether it held, with the figures below it."""
    lines = []
    for one in settled:
        says = plain(one.claim.says)
        lines.append(f"{one.outcome:<9}  {says} ({one.summary})")
        shown = list(one.findings)
        if len(shown) > DETAILS:
            shown = [finding for finding in shown if finding.outcome != "held"][:DETAILS]
        lines += [f"{'':9}  {finding.about}: {finding.figures}" for finding in shown]
    return "\n".join(lines)
