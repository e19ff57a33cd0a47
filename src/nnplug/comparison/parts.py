"""A comparison of several data in parts: settings are judged on equal points alone."""

from dataclasses import replace

from nnplug.comparison.records import Comparison

DATA = (
    *("dataset", "data", "test_data", "target", "task", "test_split"),
    *("class_weight", "weight_column"),
)
"""The settings that say which points are judged, and how much each of them counts."""


def parts(comparison: Comparison) -> list[tuple[str, Comparison]]:
    """Return the comparison by what its data are, each part with its title.

    One part without a title where all settings have the same.
    """
    titles: dict[str, list[int]] = {}
    for setting in comparison.settings:
        said = [
            value if name in ("dataset", "data") else f"{name.replace('_', '-')} {value}"
            for name, value in setting.varied.items()
            if name.partition(".")[0] in DATA
        ]
        titles.setdefault(", ".join(said), []).append(setting.index)
    if len(titles) == 1:
        return [("", comparison)]
    return [(title, _part(comparison, set(indices))) for title, indices in titles.items()]


def _part(comparison: Comparison, indices: set[int]) -> Comparison:
    return replace(
        comparison,
        settings=[one for one in comparison.settings if one.index in indices],
        records=[one for one in comparison.records if one.setting in indices],
        tuned={index: one for index, one in comparison.tuned.items() if index in indices},
        points={index: one for index, one in comparison.points.items() if index in indices},
    )
