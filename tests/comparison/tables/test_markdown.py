"""The table and the verdict as Markdown."""

import re

import pytest

from made_comparisons import made, three
from nnplug.comparison.tables import as_markdown
from nnplug.comparison.tables.markdown import escape
from nnplug.comparison.verdict import judge
from nnplug.comparison.words import say

GOLDEN = """\
| setting | loss | quartiles | accuracy | quartiles | diverged | epochs to 95 % | reached \
| seconds a run | verdict |
| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | :--- |
| adam | 0.01350 | 0.01175 .. 0.01525 | 97.14 % | 97.14 .. 97.14 % | 0 of 8 | 40 | 8 of 8 \
| 0.250 | best |
| sgd:momentum=0.9 | 0.2985 | 0.2792 .. diverged | 97.14 % | diverged .. 97.14 % | 2 of 8 | 400 \
| 4 of 8 | 0.250 | worse |
| gd | 0.5485 | 0.5292 .. 0.5678 | 97.14 % | 97.14 .. 97.14 % | 0 of 8 | - | 0 of 8 | 0.250 \
| worse |

- At this lr (0.1), adam is better than sgd:momentum=0.9 and gd.
"""

HOSTILE = [
    "a|b",
    r"a\|b \ c\\",
    "*bold* _it_ `code` ~~no~~ $x$",
    "[link](http://example.org) <b>html</b> &amp;",
    "# heading",
    "two\nlines\r\n",
    "- list",
    "1. first",
    '"quotes" %',
    "größe 多層",
]


def comparison_of(labels):
    return made({label: [i + 0.1, i + 0.2] for i, label in enumerate(labels)})


def test_three_settings():
    comparison = three()
    text = as_markdown(comparison, judge(comparison))
    assert text.startswith(GOLDEN)
    bullets = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(bullets) == len(say(comparison, judge(comparison)))


def test_the_table_may_stand_alone():
    comparison = three()
    alone = as_markdown(comparison, judge(comparison), words=False, as_given=True)
    assert len(alone.splitlines()) == 5
    assert alone.splitlines()[2].startswith("| gd |")


def test_every_row_has_as_many_cells():
    comparison = comparison_of(HOSTILE)
    lines = as_markdown(comparison, judge(comparison), words=False).splitlines()
    assert len(lines) == 2 + len(HOSTILE)
    # A bar divides cells unless an odd number of backslashes stands before it.
    bars = [len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines]
    assert set(bars) == {bars[0]}


def test_what_is_escaped_is_read_back_as_it_was():
    markdown_it = pytest.importorskip("markdown_it")
    comparison = comparison_of(HOSTILE)
    text = as_markdown(comparison, judge(comparison))
    tokens = markdown_it.MarkdownIt("commonmark").enable("table").parse(text)
    lines = ["".join(part.content for part in token.children) for token in tokens if token.children]
    names = [" ".join(label.split()) for label in HOSTILE]
    cells = lines[: lines.index("verdict") if "verdict" in lines else None]
    assert [line for line in cells if line in names] == names
    words = say(comparison, judge(comparison))
    assert lines[-len(words) :] == words
    assert [token.type for token in tokens].count("bullet_list_open") == 1
    assert not {token.type for token in tokens} & {"heading_open", "html_block"}


def test_a_plain_name_stays_as_it_is():
    assert escape("adam:lr=0.01,beta1=0.95 (best)") == "adam:lr=0.01,beta1=0.95 (best)"
    assert escape("hidden_dims") == r"hidden\_dims"
