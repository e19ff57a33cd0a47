"""What is taken away: links, commands, files, pictures, run folders."""

import re
import shlex
import subprocess
import sys
import tomllib

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def configured(page):
    """Make a setup that differs from the defaults in many places."""
    page.at("dataset").select_option("spirals")
    page.at("dataset-n").fill("90")
    page.at("dataset-n").press("Enter")
    page.at("test_split").fill("0.2")
    page.at("test_split").press("Enter")
    page.at("activation-1").select_option("leaky_relu")
    page.at("optimizer").select_option("rmsprop")
    page.at("weight_decay").fill("0.001")
    page.at("weight_decay").press("Enter")
    page.at("seed").fill("5")
    page.at("seed").press("Enter")
    page.at("reset").click()
    expect(page.at("command")).to_have_value(re.compile("rmsprop.*--weight-decay 0.001"))
    page.ready()
    return page.at("command").input_value()


def trained_by(line, folder):
    """Run a command line as a user would, and return its history."""
    words = shlex.split(line)
    assert words[0] == "nnplug"
    done = subprocess.run(
        [sys.executable, "-m", *words, "--save", "run", "--quiet"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = (folder / "run" / "history.csv").read_text().splitlines()
    return [dict(zip(rows[0].split(","), row.split(","), strict=True)) for row in rows[1:]]


def step_ten_epochs(page):
    """Go as far as the second row of a history."""
    for epoch in range(1, 11):
        page.at("step-epoch").click()
        expect(page.at("epoch")).to_have_text(str(epoch))


def test_a_link_opens_the_same_setup_elsewhere(play, served):
    first = play(served)
    line = configured(first)
    picture = first.pixels()
    link = first.at("link").input_value()
    assert link == first.page.url
    assert link.startswith(f"{served}#")
    second = play(link)
    expect(second.at("command")).to_have_value(line)
    expect(second.at("dataset-n")).to_have_value("90")
    expect(second.at("activation-1")).to_have_value("leaky_relu")
    second.ready()
    assert second.pixels() == picture


def test_a_reload_shows_the_same_setup_from_the_start(play, served):
    page = play(served)
    line = configured(page)
    picture = page.pixels()
    page.train(10)
    page.page.reload()
    page.ready()
    expect(page.at("command")).to_have_value(line)
    assert page.pixels() == picture


def test_a_damaged_link_is_told_and_the_defaults_stand(play, served):
    page = play(f"{served}#bm9uc2Vuc2U")
    expect(page.at("messages")).to_contain_text("This link is damaged")
    expect(page.at("command")).to_have_value("nnplug train")


def test_the_back_button_follows_the_link(play, served):
    page = play(served)
    configured(page)
    page.page.evaluate("location.hash = ''")
    expect(page.at("command")).to_have_value("nnplug train")


def test_the_command_and_the_toml_do_the_same(play, served, tmp_path):
    page = play(served)
    configured(page)
    step_ten_epochs(page)
    shown = float(page.at("loss-train").inner_text())
    line = page.at("command").input_value()
    assert float(trained_by(line, tmp_path)[1]["loss"]) == pytest.approx(shown, rel=1e-3)
    text = page.at("toml").input_value()
    table = tomllib.loads(text)
    assert table["dataset"].startswith("spirals:n=90")
    again = tmp_path / "again"
    again.mkdir()
    (again / "mine.toml").write_text(text)
    history = trained_by("nnplug train --config mine.toml", again)
    assert float(history[1]["loss"]) == pytest.approx(shown, rel=1e-3)


def test_edited_points_come_as_files_for_the_command(play, served, tmp_path):
    page = play(served)
    page.at("surface").click(position={"x": 150, "y": 100})
    expect(page.at("legend")).to_contain_text("train 22")
    expect(page.at("command")).to_have_value(re.compile("points.csv"))
    page.at("reset").click()
    page.ready()
    step_ten_epochs(page)
    shown = float(page.at("loss-train").inner_text())
    with page.page.expect_download() as found:
        page.at("export").click()
    found.value.save_as(tmp_path / "points.csv")
    line = page.at("command").input_value()
    assert float(trained_by(line, tmp_path)[1]["loss"]) == pytest.approx(shown, rel=1e-3)


def test_a_run_is_saved_below_the_servers_folder(play, served, folder):
    page = play(served)
    page.at("step-epoch").click()
    page.at("save").click()
    expect(page.at("note")).to_contain_text("Saved as runs/")
    name = re.search(r"runs/\S+?(?=\. )", page.at("note").inner_text())[0]
    done = subprocess.run(
        [sys.executable, "-m", "nnplug", "rerun", name],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "equal" in done.stdout


@pytest.mark.parametrize("name", ["surface", "network", "curve"])
def test_pictures_are_downloaded(play, served, tmp_path, name):
    page = play(served)
    page.train(20)
    with page.page.expect_download() as found:
        page.at(f"png-{name}").click()
    path = tmp_path / "picture.png"
    found.value.save_as(path)
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) > 3000
