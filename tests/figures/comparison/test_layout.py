import pytest

from nnplug.figures.comparison.layout import best, in_rows, panels_of
from nnplug.figures.comparison.varied import (
    are_numbers,
    are_ordered,
    rest_label,
    short_values,
    values_of,
    varied_names,
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "0.001", "1e-1"], ["0.001", "1e-1", "1"]),
        (["16,16", "4,4", "none", "8"], ["none", "4,4", "8", "16,16"]),
        (["tanh", "relu", "none"], ["tanh", "relu", "none"]),
        (["0.5", "median", "0.1"], ["0.5", "median", "0.1"]),
    ],
)
def test_numbers_are_in_order_and_anything_else_as_it_came(make, values, expected):
    assert values_of(make.settings({"a": values}), "a") == expected


@pytest.mark.parametrize(
    ("values", "numbers", "ordered"),
    [
        (["1", "0.001"], True, True),
        (["4,4", "8,8"], False, True),
        (["none", "8,8", "4"], False, True),
        (["none", "8"], False, False),
        (["relu", "1"], False, False),
        (["nan", "1"], False, False),
        (["inf", "1"], False, False),
        (["1,", "2"], False, False),
    ],
)
def test_what_counts_as_numbers(make, values, numbers, ordered):
    settings = make.settings({"a": values})
    assert are_numbers(settings, "a") == numbers
    assert are_ordered(settings, "a") == ordered


def test_only_what_differs_is_varied(make):
    settings = make.settings({"lr": ["1"], "optimizer": ["gd", "adam"]})
    assert varied_names(settings) == ["optimizer"]
    assert varied_names([]) == []
    assert rest_label(settings[0], ["optimizer"]) == "lr 1"
    assert rest_label(settings[0], ["optimizer", "lr"]) == ""


def test_ticks_are_short_where_that_leaves_them_apart():
    assert short_values(["0.00316228", "1", "4,4", "0.0"]) == ["0.00316", "1", "4,4", "0"]
    assert short_values(["0.10001", "0.10002"]) == ["0.10001", "0.10002"]


@pytest.mark.parametrize("first", ["optimizer", "lr"])
def test_two_varied_things_are_rows_and_columns_numbers_across(make, first):
    axes = {"optimizer": ["gd", "adam"], "lr": ["1", "0.1", "0.01"]}
    settings = make.settings({first: axes[first], **axes})
    panels = panels_of(settings)
    assert (panels.rows, panels.columns) == (2, 3)
    for setting, (row, column) in zip(settings, panels.places, strict=True):
        assert setting.varied["optimizer"] == ["gd", "adam"][row]
        assert setting.varied["lr"] == ["0.01", "0.1", "1"][column]


def test_a_grid_that_was_drawn_from_has_gaps_or_goes_row_by_row(make):
    axes = {"optimizer": ["gd", "adam", "sgd"], "lr": [str(i) for i in range(6)]}
    settings = make.settings(axes)
    some = [one for one in settings if one.index % 7 != 3]
    assert panels_of(some).places == [divmod(one.index, 6) for one in some]
    few = settings[::7]
    assert panels_of(few).rows == 1


@pytest.mark.parametrize("sizes", [(12, 3), (2, 40), (11, 11)])
def test_a_grid_that_is_too_wide_or_high_is_turned_or_given_up(make, sizes):
    axes = {name: [f"{name}{i}" for i in range(n)] for name, n in zip("ab", sizes, strict=True)}
    panels = panels_of(make.settings(axes))
    assert panels.columns <= 9
    assert len(set(panels.places)) == sizes[0] * sizes[1]


@pytest.mark.parametrize("count", range(1, 70))
def test_every_panel_has_a_place_of_its_own(count):
    panels = in_rows(count)
    assert len(set(panels.places)) == count
    assert max(row for row, _ in panels.places) == panels.rows - 1
    assert max(column for _, column in panels.places) == panels.columns - 1
    assert panels.columns * panels.rows - count < panels.columns


def test_the_last_thing_that_is_varied_is_below_itself(make):
    axes = {"a": ["x", "y", "z"], "b": ["p", "q", "r"], "c": ["1", "2", "3"]}
    settings = make.settings(axes)
    panels = panels_of(settings)
    columns = {}
    for setting, (_, column) in zip(settings, panels.places, strict=True):
        columns.setdefault(column, set()).add(setting.varied["c"])
    assert all(len(values) == 1 for values in columns.values())


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_of_too_many_settings_the_best_are_shown_in_their_order(make, metric):
    made = make.comparison({"lr": [str(i) for i in range(12)]}, 3, metric=metric, diverged={11: 3})
    # Later settings learn faster; the last one diverged.
    assert [one.index for one in best(made, 4)] == [7, 8, 9, 10]
    assert len(best(made)) == 12
