"""Choosing, training, stepping and editing, as a user does by clicking."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_trains_xor_until_all_points_are_right(play, served):
    page = play(served)
    page.at("preset").select_option("xor: two crossing lines")
    page.ready()
    page.at("speed").select_option("0")
    before = page.pixels()
    page.train(1000)
    expect(page.at("accuracy-train")).to_have_text("100 %")
    assert float(page.at("loss-train").inner_text()) < 0.05
    assert page.pixels() != before
    assert page.surfaces() > 3


def test_choices_change_what_is_trained(play, served):
    page = play(served)
    page.at("dataset").select_option("moons")
    expect(page.at("command")).to_have_value("nnplug train --dataset moons")
    page.at("dataset-noise").fill("0.3")
    page.at("dataset-noise").press("Enter")
    page.at("test_split").fill("0.25")
    page.at("test_split").press("Enter")
    page.at("layer-remove").click()
    page.at("units-0").fill("6")
    page.at("units-0").press("Enter")
    page.at("activation-0").select_option("relu")
    page.at("optimizer").select_option("momentum")
    page.at("batch_size").fill("20")
    page.at("batch_size").press("Enter")
    expect(page.at("command")).to_have_value(
        "nnplug train --dataset moons:noise=0.3 --hidden-dims 6 --activation relu "
        "--optimizer momentum --batch-size 20 --test-split 0.25"
    )
    page.at("loss").select_option("hinge")
    page.at("init").select_option("orthogonal")
    page.at("schedule").select_option("cosine")
    for word in ("--loss hinge", "--init orthogonal", "--schedule cosine"):
        expect(page.at("command")).to_have_value(re.compile(word))
    page.train(3)
    expect(page.at("loss-test")).to_have_text(re.compile(r"^[\d.e−-]+$"))


def test_regenerate_draws_other_points(play, served):
    page = play(served)
    page.at("dataset").select_option("circles")
    expect(page.at("command")).to_have_value(re.compile("circles"))
    page.ready()
    before = page.pixels()
    page.at("regenerate").click()
    expect(page.at("seed")).to_have_value("1")
    expect(page.at("command")).to_have_value(re.compile("--seed 1"))
    assert page.pixels() != before


def test_one_step_and_one_epoch(play, served):
    page = play(served)
    page.at("batch_size").fill("7")
    page.at("batch_size").press("Enter")
    expect(page.at("command")).to_have_value(re.compile("--batch-size 7"))
    page.at("step").click()
    expect(page.at("rate")).to_contain_text("batch 1 of 3")
    assert page.epoch() == 0
    page.at("step-epoch").click()
    expect(page.at("epoch")).to_have_text("1")
    page.at("step-epoch").click()
    expect(page.at("epoch")).to_have_text("2")
    page.at("reset").click()
    expect(page.at("epoch")).to_have_text("0")


def test_the_learning_rate_acts_while_it_trains(play, served):
    page = play(served)
    page.at("play").click()
    page.until(5)
    page.at("lr").fill("0.0625")
    page.at("lr").press("Enter")
    expect(page.at("rate")).to_have_text(re.compile("lr 0.0625"))
    assert page.playing
    assert page.epoch() >= 5
    expect(page.at("changed")).to_contain_text("learning rate to 0.0625")
    page.at("lr-slider").focus()
    page.page.keyboard.press("ArrowRight")
    expect(page.at("lr")).not_to_have_value("0.0625")


def test_a_click_on_a_weight_edits_it(play, served):
    page = play(served)
    page.at("layer-remove").click()
    expect(page.at("hidden-count")).to_have_text("1 hidden layer")
    page.ready()
    before = page.pixels()
    page.at("link-0.W-1-2").dispatch_event("click", {"clientX": 600, "clientY": 400})
    page.at("weight-input").fill("-7.5")
    page.at("weight-set").click()
    expect(page.at("weight-editor")).to_be_hidden()
    expect(page.at("changed")).to_contain_text("weight 0.W[1, 2]")
    page.at("weights").locator("summary").click()
    page.at("weights-path").select_option("0.W")
    page.at("weights-from").select_option("1")
    page.at("weights-to").select_option("2")
    expect(page.at("weights-now")).to_have_text("now −7.5")
    assert page.pixels() != before


def test_a_bias_is_edited_by_number(play, served):
    page = play(served)
    page.at("weights").locator("summary").click()
    page.at("weights-path").select_option("0.b")
    page.at("weights-to").select_option("3")
    page.at("weights-value").fill("2.25")
    page.at("weights-set").click()
    expect(page.at("weights-now")).to_have_text("now 2.25")
    expect(page.at("changed")).to_contain_text("weight 0.b[3]")


def test_clicks_add_and_remove_points(play, served):
    page = play(served)
    surface = page.at("surface")
    page.at("tool-1").click()
    surface.click(position={"x": 120, "y": 120})
    expect(page.at("legend")).to_contain_text("train 22")
    page.at("tool-remove").click()
    surface.click(position={"x": 120, "y": 120})
    expect(page.at("legend")).to_contain_text("train 21")
    surface.click(position={"x": 300, "y": 200})
    expect(page.at("legend")).to_contain_text("train 20")
    page.at("points-undo").click()
    expect(page.at("legend")).to_contain_text("train 21")
    page.train(20)


def test_points_are_added_by_the_keyboard(play, served):
    page = play(served)
    page.at("surface").focus()
    for key in ("Enter", "ArrowRight", "Shift+ArrowUp", "Enter"):
        page.page.keyboard.press(key)
    expect(page.at("legend")).to_contain_text("train 22")
    expect(page.at("readout")).to_have_text(re.compile("x1 .*x2"))
    page.page.keyboard.press("Delete")
    expect(page.at("legend")).to_contain_text("train 21")


def test_a_unit_that_is_looked_at_fills_the_surface(play, served):
    page = play(served)
    before = page.pixels()
    page.at("unit-1-0").click()
    assert page.pixels() != before
    expect(page.at("unit-1-0")).to_have_attribute("aria-pressed", "true")
    page.at("unit-1-0").click()
    page.page.mouse.move(5, 5)
    assert page.pixels() == before


def test_the_formula_of_what_is_chosen_is_shown(play, served):
    page = play(served)
    page.at("optimizer").select_option("adagrad")
    expect(page.at("formula-title")).to_contain_text("adagrad")
    expect(page.at("formula")).to_contain_text("Duchi")
    page.at("activation-0").select_option("silu")
    expect(page.at("formula-title")).to_contain_text("silu")


def test_divergence_is_told_and_the_page_lives_on(play, served):
    page = play(served)
    page.at("preset").select_option("a learning rate too large")
    page.ready()
    page.at("speed").select_option("0")
    page.at("play").click()
    expect(page.at("messages")).to_contain_text("diverged at epoch")
    expect(page.at("messages")).to_contain_text("--lr 0.2")
    expect(page.at("play")).to_have_attribute("aria-pressed", "false")
    page.at("lr").fill("0.05")
    page.at("lr").press("Enter")
    page.at("reset").click()
    expect(page.at("messages")).to_be_empty()
    page.train(1000)
    assert float(page.at("loss-train").inner_text()) < 0.05


def test_several_classes_and_values_have_views_of_their_own(play, served):
    page = play(served)
    page.at("preset").select_option("five classes")
    page.ready()
    page.train(50)
    page.at("view-fit").click()
    expect(page.at("confusion-train").locator("tbody tr")).to_have_count(5)
    expect(page.at("fitting")).to_be_visible()
    page.at("preset").select_option("a curve")
    page.ready()
    page.at("view-surface").click()
    expect(page.at("view-surface")).to_have_text("Line")
    expect(page.at("r2-train")).to_be_visible()
    page.train(20)


def test_a_table_of_ones_own_is_trained(play, served, tmp_path):
    table = tmp_path / "flowers.csv"
    rows = [f"{i % 7},{i % 5},{i % 3},{'abc'[i % 3]}" for i in range(60)]
    table.write_text("one,two,three,kind\n" + "\n".join(rows) + "\n")
    page = play(served)
    page.at("file").set_input_files(table)
    expect(page.at("command")).to_have_value(
        re.compile("^nnplug train --data flowers.csv --target kind")
    )
    expect(page.at("plane").locator("option")).to_have_count(4)
    page.ready()
    page.at("plane").select_option("one and three")
    page.train(30)
    page.page.reload()
    expect(page.at("command")).to_have_value(re.compile("flowers.csv"))
    page.ready()
    page.train(10)
