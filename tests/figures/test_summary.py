import sys

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from nnplug.engine.history import History
from nnplug.figures.output import save_figure
from nnplug.figures.summary import draw_summary


def titles(figure: Figure) -> list[str]:
    return [t for axes in figure.axes if (t := axes.get_title(loc="left"))]


def head(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.texts]


def drawn_points(axes) -> int:
    return sum(len(c.get_offsets()) for c in axes.collections if isinstance(c, PathCollection))


@pytest.mark.parametrize("test", [False, True])
@pytest.mark.parametrize(
    ("data", "predict", "expected"),
    [
        ("binary", "says_xor", ["truth", "prediction", "learning curve"]),
        ("three", "says_three", ["truth", "prediction", "learning curve"]),
        ("values", "says_sine", ["truth", "prediction, true points on it", "learning curve"]),
    ],
)
def test_two_features_show_truth_prediction_and_curve(
    made, assert_tidy, data, predict, expected, test
):
    figure = draw_summary(made.result(getattr(made, data)(), getattr(made, predict), test=test))
    found = [title.partition(":")[0] for title in titles(figure)]
    assert found == expected
    assert figure.axes[0].get_xlabel() == figure.axes[1].get_xlabel() == "x1"
    assert figure.axes[0].get_ylabel() == "x2"
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim()
    assert len(figure.axes[1].images) == 1
    assert_tidy(figure)


def test_wrong_points_are_counted_and_crossed_out(made):
    data = made.binary()
    wrong = int(((made.says_xor(data.x) >= 0.5) != data.y).sum())
    assert wrong > 0
    figure = draw_summary(made.result(data, made.says_xor))
    assert f"prediction: {wrong} of 60 wrong" in titles(figure)
    truth, guess = figure.axes[:2]
    assert drawn_points(truth) == 60
    assert drawn_points(guess) == 60 + wrong
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["0", "1", "wrong"]


def test_held_out_points_are_drawn_and_named(made):
    figure = draw_summary(made.result(made.binary(), made.says_xor, test=True))
    assert drawn_points(figure.axes[0]) == 60
    assert "held out" in [t.get_text() for t in figure.legends[0].get_texts()]


def test_held_out_values_are_drawn_as_triangles_and_named(made, assert_tidy):
    figure = draw_summary(made.result(made.values(), made.says_sine, test=True))
    truth = figure.axes[0]
    assert [t.get_text() for t in truth.get_legend().get_texts()] == ["held out"]
    train, test = truth.collections
    assert (len(train.get_offsets()), len(test.get_offsets())) == (60, 20)
    assert len(train.get_paths()[0].vertices) > 10  # a circle
    assert len(test.get_paths()[0].vertices) == 4
    assert_tidy(figure)
    alone = draw_summary(made.result(made.values(), made.says_sine))
    assert alone.axes[0].get_legend() is None


@pytest.mark.parametrize("threshold", [0.9, "median"])
def test_the_threshold_decides_what_is_wrong(made, threshold):
    data = made.binary()
    predicted = made.says_xor(data.x)
    limit = np.median(predicted) if threshold == "median" else threshold
    wrong = int(((predicted >= limit) != data.y).sum())
    settings = {**made.settings, "threshold": threshold}
    figure = draw_summary(made.result(data, made.says_xor, settings=settings))
    assert f"prediction: {wrong} of 60 wrong" in titles(figure)


def test_the_head_states_settings_and_scores(made):
    figure = draw_summary(made.result(made.binary(), made.says_xor, test=True))
    assert head(figure) == [
        "xor · 10-10 relu · bce · adam lr=0.01 · seed 0",
        "1,000 epochs; train: loss 0.001234, accuracy 99.99 %; "
        "test: loss 0.001234, accuracy 99.99 %",
    ]


@pytest.mark.parametrize("reason", ["diverged", "interrupted"])
def test_a_run_that_ended_early_says_so_at_its_last_epoch(made, assert_tidy, reason):
    run = made.result(made.binary(), made.says_xor, reason=reason, epochs=1010)
    figure = draw_summary(run)
    assert reason in head(figure)[1]
    curves = [axes for axes in figure.axes if axes.get_ylabel() in ("loss", "accuracy")]
    for axes in curves:
        assert [t.get_text() for t in axes.texts] == [reason]
        assert axes.get_xlim()[1] >= 1010
    assert_tidy(figure)


def test_one_point_of_history_is_a_dot(made, assert_tidy):
    history = made.history(last=0)
    figure = draw_summary(
        made.result(made.binary(), made.says_xor, history=history, reason="diverged", epochs=1)
    )
    loss = next(axes for axes in figure.axes if axes.get_ylabel() == "loss")
    assert loss.lines[0].get_marker() == "o"
    assert_tidy(figure)


def test_a_run_that_never_began_has_empty_curves(made, assert_tidy):
    result = made.result(made.binary(), made.says_xor, history=History(), epochs=0)
    assert_tidy(draw_summary(result))


@pytest.mark.parametrize("test", [False, True])
@pytest.mark.parametrize("outputs", [1, 2, 4])
def test_one_feature_shows_the_curve_through_the_points(made, assert_tidy, outputs, test):
    data = made.values(1, outputs)
    figure = draw_summary(made.result(data, lambda x: made.says_sine(x, outputs), test=test))
    axes = figure.axes[0]
    assert titles(figure)[0] == "prediction over truth"
    assert drawn_points(axes) == 80 * outputs
    for i in range(outputs):
        x, y = axes.lines[i].get_data()
        np.testing.assert_allclose(y, (i + 1) * np.sin(x))
    assert_tidy(figure)


def test_one_feature_of_a_binary_task_shows_the_probability(made, assert_tidy):
    data = made.binary()
    data = type(data)(data.x[:, :1], data.y, "binary", ("no", "yes"))
    figure = draw_summary(made.result(data, lambda x: x))
    assert figure.axes[0].get_ylabel() == "probability of yes"
    assert_tidy(figure)


@pytest.mark.parametrize("outputs", [1, 3])
def test_many_features_of_a_regression_show_predicted_against_true(made, assert_tidy, outputs):
    data = made.values(5, outputs)
    figure = draw_summary(made.result(data, lambda x: made.says_sine(x, outputs) + 0.1, test=True))
    assert titles(figure) == ["train", "test", "learning curve"]
    assert [drawn_points(axes) for axes in figure.axes[:2]] == [60 * outputs, 20 * outputs]
    assert_tidy(figure)


@pytest.mark.parametrize(("count", "name"), [(2, "no"), (5, "a long name"), (12, "cl"), (40, "x")])
def test_many_features_of_a_classification_show_confusion(made, assert_tidy, count, name):
    rng = np.random.default_rng(0)
    labels = np.arange(400) % count
    x = rng.standard_normal((400, 7))
    x[:, 0] = labels
    data = made.three()
    names = tuple(f"{name}{i}" for i in range(count))
    data = type(data)(x, np.eye(count)[labels], "multiclass", names)
    figure = draw_summary(
        made.result(data, lambda x: np.eye(count)[x[:, 0].astype(int)], test=True)
    )
    assert titles(figure) == ["train", "test", "learning curve"]
    shares = figure.axes[0].images[0].get_array()
    np.testing.assert_array_equal(shares, np.eye(count))
    assert_tidy(figure)


@pytest.mark.parametrize("test", [False, True])
def test_pictures_are_shown_with_the_wrong_ones(made, assert_tidy, test):
    figure = draw_summary(made.result(made.pictures(), made.says_level, test=test))
    assert titles(figure)[:2] == [
        "samples: truth → wrong prediction",
        "test" if test else "all points",
    ]
    said = [t.get_text() for t in figure.axes[0].texts]
    assert "level" in said
    assert any("→" in text for text in said)
    assert_tidy(figure)


def test_many_points_are_thinned_out(made, assert_tidy):
    figure = draw_summary(made.result(made.binary(30_000), made.says_xor, test=True))
    assert drawn_points(figure.axes[0]) == 4000
    assert any("of 4,000 shown wrong" in title for title in titles(figure))
    assert_tidy(figure)


@pytest.mark.parametrize("features", [1, 2])
def test_held_out_points_beyond_the_others_are_inside_the_picture(made, features):
    data = made.values(features)
    data = type(data)(data.x, data.y, data.task)
    run = made.result(data, made.says_sine, test=True)
    run.test.x[0] = 50.0
    low, high = draw_summary(run).axes[0].get_xlim()
    assert low < 50 < high


def test_predictions_that_blow_up_away_from_the_points_warn_of_nothing(made, tmp_path):
    def predict(x):
        z = made.says_xor(x)
        z[x[:, 0] > 0.9] = np.nan
        z[x[:, 1] > 0.9] = np.inf
        return z

    three = made.says_three
    for run in (
        made.result(made.binary(), predict),
        made.result(made.three(), lambda x: three(x) * np.where(x > 1, np.nan, 1)[:, :1]),
    ):
        save_figure(draw_summary(run), tmp_path / "a.png")


def test_a_loss_near_overflow_warns_of_nothing(made, tmp_path):
    history = made.history(last=0)
    for epoch, loss in enumerate([1e3, 1e100, 1e300, 1.7e308], 1):
        history.record("loss", epoch, loss)
        history.record("accuracy", epoch, 0.5)
    run = made.result(made.binary(), made.says_xor, history=history, reason="diverged", epochs=5)
    save_figure(draw_summary(run), tmp_path / "a.png")


def test_raw_outputs_are_graded_around_the_threshold(made):
    figure = draw_summary(made.result(made.binary(), lambda x: 6 * made.says_xor(x) - 3))
    low, high = figure.axes[1].images[0].get_clim()
    assert (low + high) / 2 == pytest.approx(0.5)
    assert any(axes.get_ylabel() == "output for 1" for axes in figure.axes)


def test_a_constant_prediction_has_no_line(made, assert_tidy):
    figure = draw_summary(made.result(made.binary(), lambda x: np.full((len(x), 1), 0.3)))
    assert_tidy(figure)


def test_a_history_without_scores_has_one_curve(made, assert_tidy):
    history = made.history("something")
    figure = draw_summary(made.result(made.binary(), made.says_xor, history=history))
    assert not any(axes.get_ylabel() == "accuracy" for axes in figure.axes)
    assert_tidy(figure)


@pytest.mark.parametrize(
    "names",
    [("$a$", "_b"), ("a" * 60, "b\nb"), ("", "100 %"), ("\\frac", "{x}^2_")],
)
def test_any_name_is_drawn_as_it_reads(made, assert_tidy, names):
    data = made.binary()
    columns = (names[0] * 2, names[1] * 9)
    data = type(data)(data.x, data.y, "binary", names, columns, data.domain)
    figure = draw_summary(made.result(data, made.says_xor))
    texts = [t.get_text() for t in figure.legends[0].get_texts()]
    for name, text in zip(names, texts, strict=False):
        assert text.rstrip("…") == name.replace("\n", " ")[: len(text.rstrip("…"))]
    assert_tidy(figure)


def test_long_settings_are_cut(made, assert_tidy):
    settings = {
        **made.settings,
        "dataset": "very/" * 40,
        "layers": "linear:units=8 relu " * 20,
        "optimizer": "a_package:with_an_optimizer:" + ",".join(f"b{i}=0.12345" for i in range(30)),
    }
    assert_tidy(draw_summary(made.result(made.binary(), made.says_xor, settings=settings)))


def test_pyplot_stays_out_and_settings_stay_as_they_were(made):
    import matplotlib

    before = dict(matplotlib.rcParams)
    pyplot = "matplotlib.pyplot" in sys.modules
    draw_summary(made.result(made.binary(), made.says_xor))
    assert dict(matplotlib.rcParams) == before
    assert pyplot == ("matplotlib.pyplot" in sys.modules)


def test_a_trained_result_has_the_picture(tmp_path):
    import nnplug

    trained = nnplug.train(dataset="xor", epochs=3, test_split=0.3)
    figure = trained.plot(tmp_path / "xor.png")
    assert tuple(figure.get_size_inches() * figure.dpi) == (1200, 400)
    assert (tmp_path / "xor.png").stat().st_size > 10_000
