import pytest
from matplotlib.collections import LineCollection, PathCollection

from nnplug import Network
from nnplug.core.errors import NnplugError
from nnplug.figures.columns import columns_of
from nnplug.figures.network import draw_network, drawn_shapes


def columns(chain: str, inputs):
    network = Network(chain, inputs)
    return columns_of(network.layers, network.in_shape, network.registry.spec)


def test_layers_become_columns_and_activations_stay_with_theirs():
    found, blocks = columns("linear:units=8 relu dropout:p=0.2 linear:units=1", 2)
    assert [c.shape for c in found] == [(2,), (8,), (1,)]
    assert [c.label for c in found] == ["input", "linear:units=8", "linear:units=1"]
    assert [c.then for c in found] == [[], ["relu", "dropout:p=0.2"], []]
    assert [c.parameters for c in found] == [0, 2 * 8 + 8, 8 + 1]
    assert [c.dense for c in found] == [False, True, True]
    assert blocks == []


def test_words_for_a_picture_tell_the_columns_that_it_shows():
    network = Network("linear:units=10 tanh linear:units=10 tanh linear:units=1", 2)
    assert drawn_shapes(network) == "2 to 10 to 10 to 1"
    shown = [text.get_text() for text in draw_network(network).texts]
    assert drawn_shapes(network).replace("to", "→") in shown


def test_blocks_reach_over_their_columns():
    inner = "residual[linear:units=8 tanh]"
    found, blocks = columns(f"linear:units=8 residual[linear:units=8 relu {inner}] tanh", 2)
    assert [c.shape for c in found] == [(2,), (8,), (8,), (8,)]
    assert found[-1].then == ["tanh", "tanh"]
    assert [(b.label, b.start, b.stop, b.depth) for b in blocks] == [
        ("residual", 1, 3, 0),
        ("residual", 2, 3, 1),
    ]
    assert sum(c.parameters for c in found) == 24 + 72 + 72


def test_a_block_that_gives_no_column_stays_with_one():
    found, blocks = columns("linear:units=3 residual[tanh]", 2)
    assert found[-1].then == ["residual[tanh]"]
    assert blocks == []


def test_what_is_not_dense_says_so():
    found, _ = columns("flatten linear:units=3", (4, 4, 1))
    assert [(c.shape, c.dense) for c in found] == [((4, 4, 1), False), ((16,), False), ((3,), True)]


def neurons(figure) -> list[int]:
    """Return how many neurons each column shows; the three dots of an ellipsis are smaller."""
    drawn = [c for c in figure.axes[0].collections if isinstance(c, PathCollection)]
    return [len(c.get_offsets()) for c in drawn if c.get_sizes()[0] > 20]


def edges(figure) -> list[int]:
    drawn = [c for c in figure.axes[0].collections if isinstance(c, LineCollection)]
    return [len(c.get_segments()) for c in drawn]


def test_a_small_network_is_drawn_in_full(assert_tidy):
    figure = draw_network("linear:units=9 sigmoid linear:units=4 sigmoid linear:units=1", 2)
    assert neurons(figure) == [2, 9, 4, 1]
    assert edges(figure) == [18, 36, 4]
    texts = [t.get_text() for t in figure.axes[0].texts]
    assert {"9", "linear:units=9", "sigmoid", "27 parameters", "5 parameters"} <= set(texts)
    assert [t.get_text() for t in figure.texts] == ["72 parameters", "2 → 9 → 4 → 1"]
    assert_tidy(figure)


def test_wide_layers_have_an_ellipsis(assert_tidy):
    figure = draw_network("linear:units=16 linear:units=17 linear:units=1000", 2)
    assert neurons(figure) == [2, 16, 12, 12]
    assert_tidy(figure)


@pytest.mark.parametrize(
    ("chain", "inputs"),
    [
        ("linear:units=1", 1),
        ("tanh", 3),
        ("flatten linear:units=10 softmax", (28, 28, 1)),
        (
            "linear:units=8 residual[linear:units=8 relu residual[linear:units=8 tanh]] "
            "dropout:p=0.123456789 leaky_relu:slope=0.123456789 linear:units=40",
            4,
        ),
        (" ".join(["linear:units=3 relu"] * 12), 5),
    ],
)
def test_any_network_is_tidy(assert_tidy, chain, inputs):
    assert_tidy(draw_network(chain, inputs))


def test_a_network_is_taken_as_it_is():
    assert neurons(draw_network(Network("linear:units=3", 2))) == [2, 3]


def test_layers_without_an_input_are_refused():
    with pytest.raises(NnplugError, match="the shape of one input"):
        draw_network("linear:units=3")
