"""The page as a whole: panes and tabs, colours, keyboard, small screens, a path below a proxy."""

import re

import pytest
from playwright.sync_api import expect
from tests.play.browser.conftest import serving
from tests.play.browser.proxy import proxy

pytestmark = pytest.mark.browser


def test_two_setups_train_side_by_side(play, served):
    page = play(served)
    page.at("compare").click()
    page.ready("B")
    page.at("optimizer", "B").select_option("gd")
    expect(page.at("command", "B")).to_have_value(re.compile("--optimizer gd"))
    expect(page.at("command", "A")).to_have_value("nnplug train")
    page.at("play").click()
    page.until(50, "A")
    page.until(50, "B")
    page.at("play").click()
    assert page.at("loss-train", "A").inner_text() != page.at("loss-train", "B").inner_text()
    link = page.page.url
    other = play(link)
    other.ready("B")
    expect(other.at("command", "B")).to_have_value(re.compile("--optimizer gd"))
    page.at("compare").click()
    expect(page.page.get_by_test_id("pane-B")).to_have_count(0)


def test_two_tabs_train_by_themselves(play, served):
    first, second = play(served), play(served)
    second.at("dataset").select_option("moons")
    expect(second.at("command")).to_have_value(re.compile("moons"))
    first.at("play").click()
    first.until(30)
    assert second.epoch() == 0
    second.train(30)
    first.until(first.epoch() + 10)
    expect(first.at("command")).to_have_value("nnplug train")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes(play, served, scheme):
    page = play(served, color_scheme=scheme)
    body = "getComputedStyle(document.body)"
    dark = page.page.evaluate(f"[{body}.backgroundColor, {body}.color]")
    lightness = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in dark]
    assert (lightness[0] < lightness[1]) == (scheme == "dark")
    before = page.pixels()
    other = "light" if scheme == "dark" else "dark"
    page.at("theme").select_option(other)
    expect(page.at("theme")).to_have_value(other)
    assert page.pixels() != before
    page.page.reload()
    page.ready()
    expect(page.at("theme")).to_have_value(other)


def test_the_keyboard_plays_steps_and_resets(play, served):
    page = play(served)
    page.page.keyboard.press("e")
    expect(page.at("epoch")).to_have_text("1")
    page.page.keyboard.press("s")
    expect(page.at("epoch")).to_have_text("2")
    page.page.keyboard.press(" ")
    page.until(12)
    page.page.keyboard.press(" ")
    expect(page.at("play")).to_have_attribute("aria-pressed", "false")
    page.page.keyboard.press("r")
    expect(page.at("epoch")).to_have_text("0")


def test_every_control_has_a_name_and_is_reached_by_the_keyboard(play, served):
    page = play(served)
    nameless = page.page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, canvas[tabindex]")]
        .filter(e => e.offsetParent && !e.ariaLabel && !e.title && !e.labels?.length
          && !e.textContent.trim()).map(e => e.outerHTML)"""
    )
    assert nameless == []
    seen = set()
    for _ in range(150):
        page.page.keyboard.press("Tab")
        seen.add(page.page.evaluate("document.activeElement.dataset.testid ?? ''"))
    wanted = {"play", "step", "speed", "preset", "dataset", "activation-0", "units-0", "optimizer"}
    wanted |= {"lr", "surface", "save", "theme", "compare", "rescan", "unit-1-0"}
    assert wanted <= seen


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_phone_shows_all_without_scrolling_sideways(play, served, width):
    page = play(served, viewport={"width": width, "height": 844}, has_touch=True)
    for index in range(1, 6):
        page.at("preset").select_option(index=index)
        page.ready()
        assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.at("surface").bounding_box()
    assert box["width"] > 250
    page.at("play").tap()
    page.until(5)
    expect(page.at("play")).to_be_in_viewport()


def test_it_works_below_a_path_that_a_proxy_takes_off(play, served):
    with proxy(served, "/lab/play/") as address:
        page = play(address)
        page.train(20)
        assert page.page.url.startswith(address)


def test_it_works_below_a_path_that_a_proxy_leaves_on(play, tmp_path):
    with (
        serving(tmp_path, "--behind", "http://nowhere.test/lab/play/") as address,
        proxy(address, "/lab/play/", off=False) as outside,
    ):
        page = play(outside)
        page.train(20)


def test_the_end_of_the_server_is_told(play, tmp_path):
    with serving(tmp_path) as address:
        page = play(address)
    expect(page.at("messages")).to_contain_text("The connection to nnplug play is gone")
