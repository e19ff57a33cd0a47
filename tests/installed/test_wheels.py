"""The commands with packages installed: what is listed, shown, chosen and made an error."""

import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from tests.installed.conftest import PACKAGES, ROOT, Run, without_slow_ones


def test_nnplug_itself_comes_from_its_wheel(run: Run, environments: Path) -> None:
    code = "import nnplug, importlib.metadata as m; print(nnplug.__file__, m.version('nnplug'))"
    file, version = run("-c", code, program="python").stdout.split()
    assert Path(file).is_relative_to(environments)
    assert version == distribution("nnplug").version


def test_the_packages_are_listed_in_their_readme() -> None:
    text = (ROOT / "tests" / "packages" / "README.md").read_text()
    listed = [
        name for row in re.findall(r"^\| (nnplug-.*?) \|", text, re.M) for name in row.split(", ")
    ]
    assert sorted(listed) == [path.name for path in PACKAGES]


def test_list_says_who_gives_what(run: Run) -> None:
    rows = json.loads(run("list", "activations", "--json", plugins="mish,as-class").stdout)
    given = {row["name"]: (row["package"], row["version"]) for row in rows}
    assert given["mish"] == ("nnplug-mish", "0.2")
    assert given["cube"] == ("nnplug-object", "1.0")
    assert given["relu"][0] == "nnplug"
    assert "square" not in given


def test_plugins_shows_every_package_and_what_is_wrong_with_it(
    run: Run, told: dict[str, dict[str, Any]]
) -> None:
    assert {row["package"] for row in told.values()} == {"nnplug", *(p.name for p in PACKAGES)}
    mish = told["nnplug-mish/mish"]
    assert mish["gives"] == {"activation": ["mish"]}
    assert mish["version"] == "0.2"
    assert mish["seconds"] > 0

    text = run("plugins", "-p", "no:mish", plugins="mish,broken,chatty").stdout
    assert "mish from nnplug-mish 0.2: disabled\n  -p no:mish leaves it out" in text
    assert "broken from nnplug-broken 0.1: broken, imported in " in text
    assert "nnplug_broken.py" in text
    assert "  it prints while it is imported:\n    chatty says hello on stdout\n" in text


def test_with_all_of_them_list_has_a_line_for_each_that_needs_one(
    run: Run, told: dict[str, dict[str, Any]]
) -> None:
    done = run("list")
    assert "mish" in done.stdout
    assert "hello" not in done.stdout
    lines = without_slow_ones(done.stderr)
    assert all(line.startswith("nnplug: warning: ") for line in lines)
    for row in told.values():
        bad = row["status"] in ("broken", "incompatible")
        loud = row["status"] == "loaded" and bool(row["printed"])
        due = bad + loud + len(row["set_aside"])
        whose = f" from {row['package']} {row['version']} "
        assert sum(whose in line for line in lines) == (0 if row["plugin"] == "builtin" else due)


def test_no_plugin_loads_where_none_is_wanted(run: Run) -> None:
    done = run("train", "--activation", "mish", code=1, plugins="")
    assert "nnplug: error: no activation is called 'mish'" in done.stderr
    assert "disabled: nnplug-mish 0.2 (NNPLUG_PLUGINS does not name it) and " in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_strict_makes_a_broken_plugin_an_error(run: Run) -> None:
    for words in (("--strict", "list"), ("list", "--strict")):
        done = run(*words, plugins="mish,broken", code=1)
        assert done.stderr.startswith("nnplug: error: plugin 'broken' from nnplug-broken 0.1 ")
    run("--strict", "-p", "no:broken", "list", plugins="mish,broken")
    run("plugins", "--strict", plugins="mish")
    run("plugins", "--strict", plugins="mish,broken", code=1)


def test_a_file_is_a_plugin(run: Run, tmp_path: Path) -> None:
    source = (ROOT / "tests" / "packages" / "nnplug-mish" / "nnplug_mish.py").read_text()
    source = source.replace('"mish"', '"mine"') + '\nprint("a line of my own")\n'
    (tmp_path / "mine.py").write_text(source)
    done = run(
        *("train", "--plugin", "./mine.py", "--activation", "mine:beta=2"),
        *("--epochs", "30", "--no-save"),
        plugins="",
        cwd=tmp_path,
    )
    assert done.stderr == "a line of my own\n"  # seen: who names the file is its author
    assert "mine" in done.stdout
    assert "a line of my own" not in done.stdout


def test_a_model_whose_package_is_disabled_says_what_disables_it(run: Run, tmp_path: Path) -> None:
    words = ("train", "--activation", "mish", "--epochs", "2", "--save", "run", "--quiet")
    run(*words, plugins="mish", cwd=tmp_path)
    code = "import nnplug\ntry:\n    nnplug.load('run')\nexcept nnplug.NnplugError as e: print(e)"
    said = run("-c", code, program="python", plugins="", cwd=tmp_path).stdout
    assert said.splitlines() == [
        f"{Path('run', 'model.npz')} needs activation 'mish' of nnplug-mish 0.2",
        "  plugin 'mish' from nnplug-mish 0.2 is disabled: NNPLUG_PLUGINS does not name it",
    ]
