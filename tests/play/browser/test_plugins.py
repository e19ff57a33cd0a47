"""Strangers' components: their controls, their failures, and those installed meanwhile."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.play.browser.conftest import serving

pytestmark = pytest.mark.browser

PACKAGE = Path(__file__).parents[2] / "packages" / "nnplug-amsgrad"

WHEEL = """
import os, sys
from hatchling.build import build_wheel
os.chdir(sys.argv[1])
build_wheel(sys.argv[2])
"""


def test_a_strangers_component_has_its_controls(play, served):
    page = play(served)
    page.at("activation-0").select_option("bent")
    page.at("activation-0-settings").click()
    assert page.at("activation-0-a").input_value() == "1"
    assert "slope on the right" in page.at("activation-0-a").get_attribute("title")
    page.at("activation-0-b").fill("0.5")
    page.at("activation-0-b").press("Enter")
    expect(page.at("command")).to_have_value(re.compile(r"bent:b=0\.5"))
    options = page.at("activation-0-side").locator("option").all_inner_texts()
    assert options == ["as it is", "turned"]
    page.at("activation-0-side").select_option("turned")
    expect(page.at("command")).to_have_value(re.compile(r"side=turned"))
    expect(page.at("formula")).to_contain_text("a z for z > 0")
    page.train(20)


def test_a_number_out_of_range_is_refused_beside_its_control(play, served):
    page = play(served)
    page.at("activation-0").select_option("bent")
    page.at("activation-0-settings").click()
    expect(page.at("command")).to_have_value(re.compile("bent"))
    before = page.at("command").input_value()
    page.at("activation-0-b").fill("1.5")
    page.at("activation-0-b").press("Enter")
    said = page.at("activation-0-b").evaluate("input => input.validationMessage")
    assert "≥ 0, < 1" in said
    assert page.at("command").input_value() == before


def test_a_component_that_raises_is_told_and_the_page_lives_on(play, served):
    page = play(served)
    page.at("activation-0").select_option("broken")
    expect(page.at("command")).to_have_value(re.compile("broken"))
    page.at("play").click()
    expect(page.at("messages")).to_contain_text("the licence has expired")
    expect(page.at("messages")).to_contain_text("broken")
    page.at("activation-0").select_option("relu")
    expect(page.at("messages")).to_be_empty()
    page.train(20)


def test_a_component_that_ends_its_process_is_told_and_another_is_started(play, served):
    page = play(served)
    page.at("activation-0").select_option("gone")
    expect(page.at("messages")).to_contain_text("ended with code 7")
    page.at("activation-0").select_option("tanh")
    page.at("reconnect").click()
    expect(page.at("messages")).to_be_empty()
    page.ready()
    page.train(20)


def test_rescan_finds_what_was_installed_meanwhile(play, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    with serving(tmp_path, PYTHONPATH=str(site)) as address:
        page = play(address)
        assert "amsgrad" not in page.at("optimizer").locator("option").all_inner_texts()
        page.at("dataset").select_option("circles")
        wheels = tmp_path / "wheels"
        wheels.mkdir()
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        for command in (
            [sys.executable, "-c", WHEEL, str(PACKAGE), str(wheels)],
            [*pip, "--no-deps", "--no-index", "--target", str(site)],
        ):
            wheel = map(str, wheels.glob("*.whl"))
            subprocess.run([*command, *wheel], check=True, capture_output=True)
        page.at("rescan").click()
        expect(page.at("optimizer").locator("option", has_text="amsgrad")).to_have_count(1)
        expect(page.at("dataset")).to_have_value("circles")
        page.at("optimizer").select_option("amsgrad")
        page.at("optimizer-settings").click()
        expect(page.at("optimizer-beta1")).to_have_value("0.9")
        expect(page.at("formula-title")).to_contain_text("nnplug-amsgrad")
        expect(page.at("command")).to_have_value(re.compile("--optimizer amsgrad"))
        page.train(20)
