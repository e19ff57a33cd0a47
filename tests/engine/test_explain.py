"""Every number against a calculation by hand, and against finite differences."""

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import ContractError, NnplugError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine import chance
from nnplug.engine.explain import explain, find_sample
from nnplug.engine.settings import Settings
from nnplug.engine.train import prepare

X = np.array([[0.3, -0.8]])


def by_title(steps):
    """Return the entries of each step by part and title."""
    return {(step.part, step.title): step.entries for step in steps}


def network(layers, loss="bce", optimizer="gd:lr=0.5", inputs=2, **options):
    return nnplug.Network(layers, inputs, loss=loss, optimizer=optimizer, **options)


def assert_entry(found, name, expected):
    np.testing.assert_allclose(found[name], expected, rtol=1e-14, atol=1e-16, err_msg=name)


def test_a_net_of_2_2_1_is_what_a_hand_calculation_gives():
    net = network("linear:units=2 sigmoid linear:units=1")
    net.w[...] = [0.1, -0.4, 0.7, 0.2, 0.05, -0.15, 0.6, -0.9, 0.25]
    x1, x2 = X[0]
    t = 1.0
    # Number by number, without a matrix.
    za = 0.1 * x1 + 0.7 * x2 + 0.05
    zb = -0.4 * x1 + 0.2 * x2 - 0.15
    a, b = 1 / (1 + np.exp(-za)), 1 / (1 + np.exp(-zb))
    z = 0.6 * a - 0.9 * b + 0.25
    y = 1 / (1 + np.exp(-z))
    dz = y - t
    da, db = dz * 0.6, dz * -0.9
    dza, dzb = da * a * (1 - a), db * b * (1 - b)

    steps = by_title(explain(net, X, np.array([[t]])))
    hidden = steps["forward", "layer 0"]
    assert list(hidden) == ["x", "W", "b", "y"]
    assert_entry(hidden, "x", X)
    assert_entry(hidden, "W", [[0.1, -0.4], [0.7, 0.2]])
    assert_entry(hidden, "b", [[0.05, -0.15]])
    assert_entry(hidden, "y", [[za, zb]])
    assert_entry(steps["forward", "layer 1"], "z", [[za, zb]])
    assert_entry(steps["forward", "layer 1"], "y", [[a, b]])
    assert_entry(steps["forward", "layer 2"], "y", [[z]])

    loss = steps["loss", "loss"]
    assert_entry(loss, "t", [[t]])
    assert_entry(loss, "sigmoid(z)", [[y]])
    assert_entry(loss, "L", -np.log(y))

    assert_entry(steps["backward", "loss"], "dL/dz", [[dz]])
    last = steps["backward", "layer 2"]
    assert list(last) == ["dL/dy", "dL/dW", "dL/db", "dL/dx"]
    assert_entry(last, "dL/dy", [[dz]])
    assert_entry(last, "dL/dW", [[dz * a], [dz * b]])
    assert_entry(last, "dL/db", [[dz]])
    assert_entry(last, "dL/dx", [[da, db]])
    bend = steps["backward", "layer 1"]
    assert_entry(bend, "dy/dz", [[a * (1 - a), b * (1 - b)]])
    assert_entry(bend, "dL/dz", [[dza, dzb]])
    first = steps["backward", "layer 0"]
    assert list(first) == ["dL/dy", "dL/dW", "dL/db"]
    assert_entry(first, "dL/dW", [[x1 * dza, x1 * dzb], [x2 * dza, x2 * dzb]])
    assert_entry(first, "dL/db", [[dza, dzb]])

    assert_entry(steps["update", "optimizer"], "lr", 0.5)
    assert_entry(steps["update", "optimizer"], "t", 1)
    moved = steps["update", "W of layer 2"]
    assert list(moved) == ["w before", "g", "w after"]
    assert_entry(moved, "w before", [[0.6], [-0.9]])
    assert_entry(moved, "g", [[dz * a], [dz * b]])
    assert_entry(moved, "w after", [[0.6 - 0.5 * dz * a], [-0.9 - 0.5 * dz * b]])


def test_the_steps_come_in_the_order_of_the_calculation():
    net = network("linear:units=2 residual[linear:units=2 tanh] linear:units=1")
    steps = explain(net, X, np.array([[0.0]]))
    assert [(step.part, step.title) for step in steps] == [
        ("input", "sample"),
        ("forward", "layer 0"),
        ("forward", "layer 1.0"),
        ("forward", "layer 1.1"),
        ("forward", "layer 1"),
        ("forward", "layer 2"),
        ("loss", "loss"),
        ("backward", "loss"),
        ("backward", "layer 2"),
        ("backward", "layer 1.1"),
        ("backward", "layer 1.0"),
        ("backward", "layer 1"),
        ("backward", "layer 0"),
        ("update", "optimizer"),
        ("update", "W of layer 0"),
        ("update", "b of layer 0"),
        ("update", "W of layer 1.0"),
        ("update", "b of layer 1.0"),
        ("update", "W of layer 2"),
        ("update", "b of layer 2"),
    ]
    by = {(step.part, step.title): step for step in steps}
    assert by["forward", "layer 0"].spec == "linear:units=2"
    assert by["forward", "layer 0"].formula == "y = x W + b"
    assert by["forward", "layer 1"].spec == "residual[linear:units=2 tanh]"
    block, inner = by["forward", "layer 1"].entries, by["forward", "layer 1.1"].entries
    assert list(block) == ["x", "y"], "the weights stand at the layer inside"
    assert_entry(block, "y", block["x"] + inner["y"])
    back, inside = by["backward", "layer 1"].entries, by["backward", "layer 1.0"].entries
    assert_entry(back, "dL/dx", back["dL/dy"] + inside["dL/dx"])
    assert "nothing before this layer is trained" in by["backward", "layer 0"].note


class Gate(nnplug.Layer):
    """y = x + a f(x), a learnt.

    Formula: y = x + a f(x)
    """

    layers: tuple[nnplug.Layer, ...]

    def parameters(self, in_shape):
        inner = nnplug.Chain(self.layers).parameters(in_shape)
        return {"a": nnplug.Parameter((1, 1), init="xavier"), "inner": inner}

    def forward(self, x, p, ctx):
        chain = nnplug.Chain(self.layers)
        f, caches = chain.forward(x, p["inner"], ctx.child("inner", ctx.in_shape))
        return x + p["a"] * f, (f, caches)

    def backward(self, dy, cache, p, g, ctx):
        f, caches = cache
        g["a"] = (dy * f).sum(axis=(-2, -1), keepdims=True)
        inner = ctx.child("inner", ctx.in_shape)
        chain = nnplug.Chain(self.layers)
        return dy + chain.backward(dy * p["a"], caches, p["inner"], g["inner"], inner)


def gate(chain):
    return Gate(layers=default_registry().build_chain(chain))


def twice(chain):
    class Twice(nnplug.Chain):
        """f(f(x)): the same layers, two times."""

        def forward(self, x, p, ctx):
            y, first = super().forward(x, p, ctx)
            y, second = super().forward(y, p, ctx)
            return y, (first, second)

        def backward(self, dy, cache, p, g, ctx):
            mid = super().backward(dy, cache[1], p, g, ctx)
            later = g["0"]["W"].copy(), g["0"]["b"].copy()
            dx = super().backward(mid, cache[0], p, g, ctx)
            g["0"]["W"] = g["0"]["W"] + later[0]
            g["0"]["b"] = g["0"]["b"] + later[1]
            return dx

    return Twice(layers=default_registry().build_chain(chain))


NETS = {
    "deep": ("linear:units=4 tanh linear:units=3 silu linear:units=1", "bce", 1),
    "classes": ("linear:units=4 sigmoid linear:units=3", "cross_entropy", 3),
    "values": ("linear:units=4 tanh linear:units=2", "mse", 2),
    "softmax before mse": ("linear:units=3 softmax", "mse", 3),
    "blocks in blocks": (
        "linear:units=3 residual[linear:units=3 residual[tanh linear:units=3]] linear:units=1",
        "bce",
        1,
    ),
    "dropout": ("linear:units=4 tanh dropout:p=0.5 linear:units=1", "bce", 1),
    "a stranger's block": (
        lambda: ["linear:units=3", gate("linear:units=3 tanh"), "tanh"],
        "mse",
        3,
    ),
    "layers used twice": (lambda: ["linear:units=3", twice("linear:units=3 tanh")], "mse", 3),
    "norms": ("linear:units=4 layer_norm tanh linear:units=1", "bce", 1),
    "batch norm": ("linear:units=4 batch_norm tanh linear:units=1", "bce", 1),
    "prelu": ("linear:units=4 prelu linear:units=1", "bce", 1),
}


@pytest.mark.parametrize("name", NETS)
def test_every_gradient_agrees_with_finite_differences(name):
    layers, loss, outputs = NETS[name]
    net = network(layers() if callable(layers) else layers, loss, seed=3)
    t = np.eye(outputs)[:1]
    steps = by_title(explain(net, X, t))

    def value():
        return net.loss_value(net.peek(X)[0], t)

    checked = 0
    for (part, title), entries in steps.items():
        if part != "backward" or not title.startswith("layer"):
            continue
        for entry, gradient in entries.items():
            if entry in ("dL/dy", "dL/dx", "dL/dz", "dy/dz"):
                continue
            path = f"{title.removeprefix('layer ')}.{entry.removeprefix('dL/d')}"
            (place,) = [place for place in net.layout.places if place.name == path]
            numeric = np.empty(place.parameter.size)
            for i in range(place.parameter.size):
                kept = net.w[place.start + i]
                sides = []
                for h in (1e-6, -1e-6):
                    net.w[place.start + i] = kept + h
                    sides.append(value())
                net.w[place.start + i] = kept
                numeric[i] = (sides[0] - sides[1]) / 2e-6
            np.testing.assert_allclose(gradient.ravel(), numeric, rtol=1e-6, atol=1e-9)
            checked += gradient.size
    assert checked == net.layout.trainable_size


def test_a_layer_that_runs_twice_shows_both_ways_in_order():
    net = network(["linear:units=3", twice("linear:units=3 tanh")], "mse")
    steps = explain(net, X, np.zeros((1, 3)))
    ahead = [step.entries for step in steps if (step.part, step.title) == ("forward", "layer 1.1")]
    back = [step.entries for step in steps if (step.part, step.title) == ("backward", "layer 1.1")]
    assert len(ahead) == len(back) == 2
    for way, slope in ((ahead[0], back[1]), (ahead[1], back[0])):
        assert_entry(slope, "dy/dz", 1 - way["y"] ** 2)


def test_dropout_is_off_or_shows_the_mask_of_the_next_step():
    net = network("linear:units=9 dropout:p=0.5 linear:units=1", seed=4)
    off = by_title(explain(net, X, np.ones((1, 1))))["forward", "layer 1"]
    assert list(off) == ["x", "y"]
    assert_entry(off, "y", off["x"])
    on = by_title(explain(net, X, np.ones((1, 1)), training=True))
    mask = on["forward", "layer 1"]["cache"]
    assert set(np.unique(mask)) == {0.0, 2.0}
    assert_entry(on["forward", "layer 1"], "y", on["forward", "layer 1"]["x"] * mask)
    assert_entry(on["backward", "layer 1"], "dL/dx", on["backward", "layer 1"]["dL/dy"] * mask)
    assert_entry(on["forward", "layer 2"], "y", net.forward(X))


def test_softmax_and_cross_entropy():
    net = network("linear:units=3", "cross_entropy", seed=1)
    t = np.array([[0.0, 1.0, 0.0]])
    steps = by_title(explain(net, X, t))
    z = steps["forward", "layer 0"]["y"]
    y = np.exp(z) / np.exp(z).sum()
    assert_entry(steps["loss", "loss"], "softmax(z)", y)
    assert_entry(steps["loss", "loss"], "L", -np.log(y[0, 1]))
    assert_entry(steps["backward", "loss"], "dL/dz", y - t)


def test_a_weight_multiplies_loss_and_gradient():
    net = network("linear:units=1")
    plain = by_title(explain(net, X, np.ones((1, 1))))
    weighed = by_title(explain(net, X, np.ones((1, 1)), 2.5))
    assert_entry(weighed["loss", "loss"], "weight", [2.5])
    assert_entry(weighed["loss", "loss"], "L", 2.5 * plain["loss", "loss"]["L"])
    for name, value in plain["backward", "layer 0"].items():
        assert_entry(weighed["backward", "layer 0"], name, 2.5 * value)


@pytest.mark.parametrize("name", [e.name for e in default_registry().entries("optimizer")])
def test_the_update_is_the_step_that_training_takes(name):
    options = {"weight_decay": 0.1, "clip": 0.2, "schedule": "cosine", "total": 10}
    net = network("linear:units=3 tanh linear:units=1", optimizer=name, **options)
    t = np.ones((1, 1))
    for number in (1, 2, 3):
        steps = by_title(explain(net, X, t))
        net.train_step(X, t)
        assert steps["update", "optimizer"]["t"] == number
        for place in net.layout.trained:
            found = steps["update", f"{place.path[1]} of layer {place.path[0]}"]
            np.testing.assert_array_equal(found["w after"], place.view(net.w))
            for slot, value in net.updater.slots.items():
                np.testing.assert_array_equal(found[f"{slot} after"], place.view(value))
                assert (f"{slot} before" in found) is (number > 1)


def test_decay_and_clipping_are_said_where_they_change_the_gradient():
    plain, changed = (
        explain(network("linear:units=1", **options), X, np.ones((1, 1)))
        for options in ({}, {"weight_decay": 0.1})
    )
    for steps, said in ((plain, False), (changed, True)):
        (note,) = [step.note for step in steps if step.title == "optimizer"]
        assert ("decay" in note) is said
    entries = by_title(changed)
    moved, back = entries["update", "W of layer 0"], entries["backward", "layer 0"]
    assert_entry(moved, "g", back["dL/dW"] + 0.1 * moved["w before"])


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("optimizer", ["adam", "l_bfgs"])
def test_the_network_is_left_as_it_was(training, optimizer):
    layers = "linear:units=4 batch_norm tanh dropout:p=0.3 linear:units=1"
    one, other = (network(layers, optimizer=optimizer) for _ in range(2))
    x = np.random.default_rng(0).standard_normal((6, 2))
    t = np.ones((6, 1))
    for _ in range(3):
        explain(one, x[:1], t[:1], training=training)
        one.train_step(x, t)
        other.train_step(x, t)
        g = one.g.copy()
        explain(one, x[:1], t[:1], training=training)
        np.testing.assert_array_equal(one.g, g)
        np.testing.assert_array_equal(one.w, other.w)
        assert chance.state(one.rng) == chance.state(other.rng)


@pytest.mark.parametrize("name", [e.name for e in default_registry().entries("activation")])
def test_every_activation_can_be_explained(name):
    net = network(f"linear:units=3 {name} linear:units=1")
    steps = explain(net, X, np.ones((1, 1)))
    (bend,) = [s for s in steps if (s.part, s.title) == ("backward", "layer 1")]
    assert bend.formula, "every built-in states its derivative"
    if "dy/dz" in bend.entries:
        product = bend.entries["dL/dy"] * bend.entries["dy/dz"]
        np.testing.assert_allclose(bend.entries["dL/dz"], product, rtol=1e-12)


def test_a_gradient_that_is_not_finite_moves_nothing():
    net = network("linear:units=1", "mse")
    net.w[...] = 1e300
    steps = explain(net, X * 1e100, np.zeros((1, 1)))
    assert steps[-1].title == "optimizer"
    assert "no step is taken" in steps[-1].note


def test_samples_are_numbered_from_1_those_held_out_last():
    run = prepare(Settings(test_split=0.25), default_registry()).run
    rows = [*run.train.x, *run.test.x]
    for number in (1, 3, 16, 17, 21):
        part, row = find_sample(run, number)
        np.testing.assert_array_equal(part.x[row], rows[number - 1])
    for number in (0, -1, 22):
        with pytest.raises(SettingsError, match="from 1 to 21"):
            find_sample(run, number)


def test_defaults_that_the_spec_leaves_out_are_said():
    steps = explain(
        network("linear:units=2 leaky_relu linear:units=1", optimizer="adam"), X, np.ones((1, 1))
    )
    notes = {(step.part, step.title): step.note for step in steps}
    assert "slope = 0.01" in notes["forward", "layer 1"]
    assert "beta1 = 0.9, beta2 = 0.999" in notes["update", "optimizer"]
    assert "m, v start at zero" in notes["update", "optimizer"]


def test_what_cannot_be_explained_is_refused():
    with pytest.raises(NnplugError, match="no stack"):
        explain(nnplug.Network("linear:units=1", 2), X, np.ones((1, 1)))
    with pytest.raises(NnplugError, match="no stack"):
        explain(network("linear:units=1", seed=[0, 1]), X[None], np.ones((1, 1, 1)))

    class Forgets(nnplug.Layer):
        """y = a x."""

        def parameters(self, in_shape):
            return {"a": nnplug.Parameter((1, 1))}

        def forward(self, x, p, ctx):
            return p["a"] * x, x

        def backward(self, dy, cache, p, g, ctx):
            return dy * p["a"]

    with pytest.raises(ContractError, match="unwritten"):
        explain(network(["linear:units=1", Forgets()]), X, np.ones((1, 1)))
