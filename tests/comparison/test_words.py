"""The verdict in words."""

import math

import pytest

from made_comparisons import made
from nnplug.comparison.records import Comparison, Setting, Tuned
from nnplug.comparison.verdict import judge
from nnplug.comparison.words import headline, say

INF = math.inf
TUNE = "Another lr may order them otherwise: --tune lr=1e-4..1:log9 finds each its own."
EFFECT = (
    "Effect is the matched-pairs rank-biserial correlation, from -1 to 1, above 0 where it speaks "
    "for the one named first"
)


def rising(start, n=16):
    return [start + 0.01 * i for i in range(n)]


def shifted(values, by):
    return [v + by * (1 + 0.001 * i) for i, v in enumerate(values)]


def near(values):
    return [v + (0.1 if i % 2 else -0.09) * (1 + i / 100) for i, v in enumerate(values)]


def said(comparison):
    return say(comparison, judge(comparison))


def test_two_settings_of_which_one_is_better():
    gd = rising(1)
    assert said(made({"gd": gd, "adam": shifted(gd, -0.5)})) == [
        "At this lr (0.1), adam is better than gd: lower loss in 16 of 16 seeds, by 0.504 in the "
        "median (0.501 to 0.506; p = 3.1e-5, effect 1.00).",
        "Judged by the loss on the points trained on, over 16 seeds: exact Wilcoxon signed-rank "
        "test of runs paired by seed, level 0.05.",
        f"{EFFECT}; in brackets beside a median is its 95 % interval.",
        TUNE,
    ]


def test_two_settings_that_cannot_be_told_apart():
    words = said(made({"a": rising(1), "b": near(rising(1))}, metric="test_loss"))
    assert words[0] == (
        "At this lr (0.1), b and a cannot be told apart (p = 0.12, effect -0.46): lower held-out "
        "loss for b in 8 of 16 seeds, for a in 8; their median difference is between -0.0972 and "
        "0.109."
    )
    assert words[1] == (
        "Judged by the loss on the points held out, over 16 seeds: exact Wilcoxon signed-rank "
        "test of runs paired by seed, level 0.05."
    )
    assert words[2] == f"{EFFECT}."


def test_accuracies_differ_by_points():
    a = rising(0.5)
    words = said(made({"gd": a, "adam": shifted(a, 0.2)}, metric="accuracy"))
    assert words[0] == (
        "At this lr (0.1), adam is better than gd: higher accuracy in 16 of 16 seeds, by 20.15 "
        "points in the median (20.06 to 20.24 points; p = 3.1e-5, effect 1.00)."
    )


def test_three_settings_with_a_winner():
    a = rising(1)
    words = said(made({"gd": shifted(a, 1), "momentum": shifted(a, 0.5), "adam": a}))
    assert words[0] == "At this lr (0.1), adam is better than momentum and gd."
    assert [word.partition(":")[0] for word in words[1:4]] == [
        "adam is better than momentum",
        "adam is better than gd",
        "momentum is better than gd",
    ]
    assert "p with Holm's correction for 3 pairs" in words[4]


def test_three_settings_without_a_winner():
    a = rising(1)
    words = said(made({"gd": shifted(a, 1), "adagrad": near(a), "adam": a}))
    assert words[0] == "At this lr (0.1), no setting is better than all others."
    assert [word.partition(" (")[0] for word in words[1:3]] == [
        "adagrad and adam cannot be told apart",
        "adagrad is better than gd: lower loss in 16 of 16 seeds, by 0.995 in the median",
    ]


@pytest.mark.parametrize("factor", [1, 1 + 1e-12])
def test_the_same_numbers_are_said_to_be_the_same(factor):
    a = rising(1)
    pair = {"momentum": a, "sgd": [v * factor for v in a]}
    words = said(made(pair))
    assert words[0].startswith(
        "At this lr (0.1), momentum and sgd gave the same loss, to rounding, in every"
    )
    words = said(made({**pair, "heavy": a}))
    assert (
        words[0]
        == "At this lr (0.1), all 3 settings gave the same loss, to rounding, in every seed."
    )
    assert words[1].startswith("Judged by")


def test_settings_that_all_diverged_are_not_said_to_have_a_loss():
    words = said(made({"0.1": [INF] * 8, "1": [INF] * 8}, varied="lr"))
    assert words[0] == "lr 0.1 and lr 1 came to nothing in every seed."
    assert words[-1] == "Diverged, and counted as the worst: lr 0.1 8 of 8 and lr 1 8 of 8."


def test_too_few_seeds_say_how_many_it_takes():
    words = said(made({"gd": [1, 2, 3], "adam": [0.5, 1, 1.5]}))
    assert words[:2] == [
        "At this lr (0.1), 3 seeds cannot tell 2 settings apart.",
        "adam and gd cannot be told apart (p = 0.25, effect 1.00): lower loss for adam in 3 of 3 "
        "seeds, for gd in 0.",
    ]
    assert words[4] == (
        "Even if one setting won in every seed, 3 seeds could not show it: the least p is 0.25. "
        "--seeds 6 can."
    )
    words = said(made({"a": [1, 2, 3], "b": [4, 5, 6], "c": [7, 8, 9]}, varied="lr"))
    assert words[-1] == (
        "Even if one setting won in every seed, 3 seeds could not show it: the least p is 0.25, "
        "and 3 pairs multiply it. --seeds 7 can."
    )


def test_few_large_wins_are_not_called_a_median():
    b = rising(10, 40)
    a = [v + 0.001 * (1 + i) if i < 21 else v - 5 - i / 100 for i, v in enumerate(b)]
    words = said(made({"a": a, "b": b}, varied="lr"))
    assert words[0] == (
        "lr a is better than lr b: lower loss in 19 of 40 seeds, but by more where it is "
        "(p = 0.015, effect 0.44)."
    )


def test_a_single_setting_is_described():
    assert said(made({"adam": rising(1)})) == [
        "adam: median loss 1.075 of 16 seeds, quartiles 1.038 and 1.113.",
        "A single setting is compared with nothing; --vary gives others.",
    ]
    assert said(made({"adam": [0.5]}))[0] == "adam: loss 0.5000, from one seed."


def test_an_empty_comparison_says_so():
    assert said(made({})) == ["Nothing was compared: no run has ended."]
    assert said(made({"a": [None, None]}))[0] == "Nothing was compared: no run has ended."


def many(n, winner):
    base = rising(1)
    values = {f"s{i}": shifted(base, 0.5 * i) for i in range(n)}
    if not winner:
        values["s1"] = near(base)
        values["s2"] = [
            v + (0.1 if i % 4 > 1 else -0.09) * (1 + i / 100) for i, v in enumerate(base)
        ]
    return made(values)


def test_thirty_settings_with_a_winner():
    words = said(many(30, winner=True))
    assert words[:4] == [
        "At this lr (0.1), s0 is better than all 29 others.",
        "Best: s0, median loss 1.075.",
        "Worse: s1, s2, s3, s4, s5, s6 and 23 others (p at most 0.013, effect 1.00).",
        "Judged by the loss on the points trained on, over 16 seeds: exact Wilcoxon signed-rank "
        "test of runs paired by seed, p with Holm's correction for 435 pairs, level 0.05.",
    ]


def test_thirty_settings_without_a_winner():
    words = said(many(30, winner=False))
    assert words[:4] == [
        "At this lr (0.1), no setting is better than all others.",
        "Best: s1, median loss 1.074.",
        "Not told apart from it: s0 (p = 0.31, effect -0.46); and s2 (p = 0.91, effect 0.03). "
        "More seeds tell more.",
        "Worse than some other: s3, s4, s5, s6, s7, s8 and 21 others (p at most 0.013, effect "
        "1.00).",
    ]


def test_five_settings_that_three_seeds_cannot_tell():
    words = said(made({f"s{i}": [i + 0.1, i + 0.2, i + 0.4] for i in range(5)}, varied="lr"))
    assert words[:3] == [
        "3 seeds cannot tell 5 settings apart.",
        "Best: lr s0, median loss 0.2000.",
        "Judged by the loss on the points trained on, over 3 seeds: exact Wilcoxon signed-rank "
        "test of runs paired by seed, p with Holm's correction for 10 pairs, level 0.05.",
    ]


def test_settings_in_a_ring_have_no_order():
    a = [0.0] * 250 + [1.0] * 250 + [2.0] * 250
    b = [1.0] * 250 + [2.0] * 250 + [0.0] * 250
    c = [2.0] * 250 + [0.0] * 250 + [1.0] * 250
    ring = {"a": a, "b": b, "c": c}
    words = said(made({**ring, "d": [v + 9 for v in a], "e": [v + 10 for v in b]}, varied="lr"))
    assert words[:2] == [
        "No setting is better than all others.",
        "Each is worse than some other: the pairs have no order.",
    ]


def test_the_headline_is_the_first_sentence():
    comparison = many(5, winner=True)
    verdict = judge(comparison)
    assert headline(comparison, verdict) == say(comparison, verdict)[0]


def test_names_cannot_write_over_the_terminal():
    words = said(made({"a\x1b[2J": rising(1), "b\nc": rising(9)}))
    assert all(word.isprintable() for word in words)


def test_every_sentence_ends():
    tuned = Tuned(0.1, (0.1, 1.0), (0.5, INF), at_edge=True, seeds=4)
    for comparison in (
        many(3, winner=True),
        made({"a": rising(1), "b": [INF] * 8 + ["boom"] * 8}, tuned={"a": tuned, "b": tuned}),
        Comparison([Setting(0, {}, {})], range(2), "loss", None, "binary", []),
    ):
        for word in said(comparison):
            assert word.endswith(".")
            assert "  " not in word
