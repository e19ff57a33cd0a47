"""A comparison over several datasets: settings are judged on equal data alone."""

import json

import pytest

import nnplug
from nnplug.comparison.parts import parts
from nnplug.comparison.tables import written
from nnplug.core.errors import SettingsError


def compared() -> nnplug.Comparison:
    vary = {"dataset": ["xor", "sine:n=30"], "optimizer": ["gd", "adam"]}
    return nnplug.compare(vary, seeds=6, epochs=60, hidden_dims=[5])


def test_each_dataset_has_its_own_verdict() -> None:
    found = compared()
    assert found.goal is None, "no score is common to both tasks"
    titles = [title for title, _ in parts(found)]
    assert titles == ["xor", "sine:n=30"]
    for _, part in parts(found):
        assert len(part.settings) == 2
        assert len(part.verdict.pairs) == 1
        assert part.complete()
    text = written(found)
    assert text.index("xor\n") < text.index("xor, adam") < text.index("sine:n=30\n")
    assert text.count("over 6 seeds") == 2
    assert "## sine:n=30" in written(found, "markdown")
    assert written(found, "latex").count("tabular") == 4
    assert list(json.loads(written(found, "json"))["datasets"]) == titles
    assert len(written(found, "csv").splitlines()) == 25


def test_equal_data_are_one_part() -> None:
    found = nnplug.compare({"lr": [0.1, 0.2]}, seeds=2, epochs=3)
    assert parts(found) == [("", found)]


def test_a_hyperparameter_of_the_dataset_tells_data_apart_too() -> None:
    found = nnplug.compare({"dataset.n": "20 30"}, dataset="moons", seeds=2, epochs=3)
    assert [title for title, _ in parts(found)] == ["dataset.n 20", "dataset.n 30"]


def test_other_points_have_no_verdict_in_common() -> None:
    found = compared()
    with pytest.raises(SettingsError, match="no verdict in common"):
        found.verdict  # noqa: B018 - it is the property that raises
    for vary in ({"test_split": [0.2, 0.4]}, {"dataset": ["xor", "moons:n=20"]}):
        apart = nnplug.compare(vary, seeds=2, epochs=3)
        assert len(parts(apart)) == 2
