"""The table and the verdict for a terminal."""

import math

from made_comparisons import made, three
from nnplug.comparison.records import Tuned
from nnplug.comparison.tables import as_text
from nnplug.comparison.verdict import judge
from nnplug.comparison.words import say

TABLE = """\
setting              loss           quartiles  accuracy            quartiles  diverged  \
epochs to 95 %  reached  seconds a run  verdict
adam              0.01350  0.01175 .. 0.01525   97.14 %     97.14 .. 97.14 %    0 of 8  \
            40   8 of 8          0.250  best
sgd:momentum=0.9   0.2985  0.2792 .. diverged   97.14 %  diverged .. 97.14 %    2 of 8  \
           400   4 of 8          0.250  worse
gd                 0.5485    0.5292 .. 0.5678   97.14 %     97.14 .. 97.14 %    0 of 8  \
             -   0 of 8          0.250  worse
"""

VERDICT = """
At this lr (0.1), adam is better than sgd:momentum=0.9 and gd.
adam is better than sgd:momentum=0.9: lower loss in 8 of 8 seeds, by 0.285 in the median (0.250 or
  more; p = 0.023, effect 1.00).
adam is better than gd: lower loss in 8 of 8 seeds, by 0.535 in the median (0.500 to 0.570; p =
  0.023, effect 1.00).
sgd:momentum=0.9 and gd cannot be told apart (p = 0.67, effect 0.17): lower loss for
  sgd:momentum=0.9 in 6 of 8 seeds, for gd in 2.
Judged by the loss on the points trained on, over 8 seeds: exact Wilcoxon signed-rank test of runs
  paired by seed, p with Holm's correction for 3 pairs, level 0.05.
Effect is the matched-pairs rank-biserial correlation, from -1 to 1, above 0 where it speaks for the
  one named first; in brackets beside a median is its 95 % interval.
Another lr may order them otherwise: --tune lr=1e-4..1:log9 finds each its own.
Diverged, and counted as the worst: sgd:momentum=0.9 2 of 8.
"""


FIRST = ("loss", "1.5", "3.5", "5.5")


def text(comparison, **options):
    return as_text(comparison, judge(comparison), **options)


def test_three_settings():
    assert text(three()) == TABLE + VERDICT
    assert text(three(), words=False) == TABLE


def test_the_order_given_may_be_kept():
    heading, *lines = text(three(), words=False, as_given=True).splitlines()
    assert [line.split()[0] for line in lines] == ["gd", "adam", "sgd:momentum=0.9"]
    assert heading.split()[0] == "setting"


def test_lr_is_a_column_where_it_was_tuned():
    tuned = {
        "gd": Tuned(1.0, (0.1, 1.0), (2, 1), at_edge=True, seeds=4),
        "adam": Tuned(1e-5, (1e-5, 1.0), (1, 2), at_edge=True, seeds=4),
    }
    lines = text(made({"gd": [1, 2.5], "adam": [1, 3]}, tuned=tuned), words=False).splitlines()
    assert lines == [
        "setting    lr   loss       quartiles  diverged  seconds a run",
        "gd          1  1.750  1.375 .. 2.125    0 of 2          0.250",
        "adam     1e-5  2.000  1.500 .. 2.500    0 of 2          0.250",
    ]


def test_a_single_run_has_no_spread():
    assert text(made({"adam": [0.5]})) == (
        "setting    loss  quartiles  diverged  seconds a run\n"
        "adam     0.5000          -    0 of 1          0.250\n"
        "\n"
        "adam: loss 0.5000, from one seed.\n"
        "A single setting is compared with nothing; --vary gives others.\n"
    )


def test_failed_runs_have_a_column_where_there_are_any():
    values = {"a": [1.0, 2.0, "boom", "boom"], "b": [None] * 4}
    assert text(made(values), words=False).splitlines() == [
        "setting    loss        quartiles  diverged  failed  seconds a run",
        "a        failed  1.750 .. failed    0 of 4  2 of 4          0.125",
        "b             -                -    0 of 0  0 of 0              -",
    ]


def test_settings_that_only_diverged():
    lines = text(made({"a": [math.inf] * 4}), words=False).splitlines()
    assert lines[1] == "a        diverged   diverged    4 of 4              0"


def test_names_do_not_break_the_lines_or_their_columns():
    hostile = {"a\nb": [1.0, 2.0], "多層\x1b[2J": [3.0, 4.0], "e\u0301": [5.0, 6.0]}
    lines = text(made(hostile), words=False).splitlines()
    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)
    # Two wide letters take four places, an accent on a letter of its own takes none.
    assert [line.index(number) for line, number in zip(lines, FIRST, strict=True)] == [
        *(lines[0].index("loss"), lines[0].index("loss") - 1),
        *(lines[0].index("loss") - 3, lines[0].index("loss")),
    ]


def test_thirty_settings_have_a_line_each_and_few_sentences():
    values = {f"s{i}": [i + 0.01 * seed for seed in range(16)] for i in range(30)}
    comparison = made(values)
    lines = text(comparison).splitlines()
    assert [line.split()[0] for line in lines[1:31]] == [f"s{i}" for i in range(30)]
    assert len(say(comparison, judge(comparison))) == 6
    assert all(len(line) <= 100 for line in lines)
