"""Named streams: what draws what, and that no draw depends on another stream's draws."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnplug
from nnplug.engine.chance import STREAMS, StackedGenerator, restore, state, stream

SEEDS = [3, 0, 2**70]


def test_a_stream_is_pcg64_of_the_seed_and_the_streams_place() -> None:
    # What every saved seed means; a change here changes every run.
    sequence = np.random.SeedSequence(7, spawn_key=(2,))
    expected = np.random.Generator(np.random.PCG64(sequence)).random(5)
    np.testing.assert_array_equal(stream(7, "init").random(5), expected)
    assert STREAMS[:5] == ("data", "split", "init", "shuffle", "dropout")


@given(st.integers(0, 2**80))
def test_streams_differ_from_each_other_and_repeat(seed: int) -> None:
    draws = {name: stream(seed, name).random() for name in STREAMS}
    assert len(set(draws.values())) == len(STREAMS)
    assert draws == {name: stream(seed, name).random() for name in STREAMS}


def stacked() -> StackedGenerator:
    return StackedGenerator([stream(seed, "dropout") for seed in SEEDS])


def column(*values: float) -> np.ndarray:
    return np.array(values).reshape(-1, 1, 1)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("random", {}),
        ("random", {"dtype": np.float32}),
        ("standard_normal", {}),
        ("standard_normal", {"dtype": np.float32}),
        ("normal", {}),
        ("normal", {"loc": 2.0, "scale": 0.5}),
        ("uniform", {}),
        ("integers", {"low": 7}),
        ("uniform", {"low": -1.0, "high": 3.0}),
        ("integers", {"low": 0, "high": 9}),
        ("binomial", {"n": 1, "p": 0.3}),
    ],
)
def test_each_run_of_a_stack_draws_what_it_draws_alone(
    method: str, arguments: dict[str, float]
) -> None:
    generator = stacked()
    for _ in range(2):
        drawn = getattr(generator, method)(size=(3, 4, 2), **arguments)
    for row, seed in zip(drawn, SEEDS, strict=True):
        alone = stream(seed, "dropout")
        for _ in range(2):
            expected = getattr(alone, method)(size=(4, 2), **arguments)
        np.testing.assert_array_equal(row, expected)
        assert row.dtype == expected.dtype


def test_a_column_gives_each_run_its_own_argument() -> None:
    drawn = stacked().normal(column(0, 10, 20), column(1, 2, 3), (3, 4, 2))
    for r, seed in enumerate(SEEDS):
        expected = stream(seed, "dropout").normal(10.0 * r, 1.0 + r, (4, 2))
        np.testing.assert_array_equal(drawn[r], expected)


@pytest.mark.parametrize("size", [(), (4, 2), (2, 3)])
def test_a_stack_draws_nothing_without_its_runs(size: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="3 runs draws shapes"):
        stacked().random(size)


def test_states_pass_through_json() -> None:
    for generator in (stream(1, "shuffle"), stacked()):
        kept = json.loads(json.dumps(state(generator)))
        first = generator.random((3, 4))
        restore(generator, kept)
        np.testing.assert_array_equal(generator.random((3, 4)), first)


def test_a_state_of_fewer_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        restore(stacked(), state(stacked())[:2])


SETTINGS = {
    "dataset": "chessboard:n=30",
    "test_split": 0.3,
    "epochs": 3,
    "layers": "linear:units=6 relu dropout:p=0.3",
    "batch_size": 8,
}


def test_the_same_seed_is_the_same_run_bit_for_bit() -> None:
    a, b = (nnplug.train(**SETTINGS, seed=5) for _ in range(2))
    np.testing.assert_array_equal(a.network.w, b.network.w)
    for name in a.history:
        np.testing.assert_array_equal(a.history[name], b.history[name])
    assert a.metrics == b.metrics


def test_another_seed_is_another_run() -> None:
    a, b = (nnplug.train(**SETTINGS, seed=seed) for seed in (5, 6))
    assert not np.array_equal(a.network.w, b.network.w)
    assert not np.array_equal(a.train.x, b.train.x)


def test_changing_the_optimizer_changes_neither_data_nor_split_nor_first_weights() -> None:
    started = [
        nnplug.train(**SETTINGS, optimizer=optimizer, callback=[FirstWeights()])
        for optimizer in ("adam", "gd:lr=0.5", "momentum")
    ]
    for result in started[1:]:
        np.testing.assert_array_equal(result.train.x, started[0].train.x)
        assert result.test is not None
        assert started[0].test is not None
        np.testing.assert_array_equal(result.test.x, started[0].test.x)
        assert result.run.notes == started[0].run.notes
        assert not np.array_equal(result.network.w, started[0].network.w)


class FirstWeights(nnplug.Callback):
    """Notes the weights before the first step."""

    def on_start(self, run: nnplug.RunView) -> None:
        run.notes["first"] = run.weights().tolist()


def test_more_hidden_units_draw_the_same_data() -> None:
    small, large = (
        nnplug.train(dataset="chessboard:n=30", hidden=n, epochs=1, test_split=0.2) for n in (2, 9)
    )
    np.testing.assert_array_equal(small.train.x, large.train.x)
