import pytest

from nnplug.figures.headline import percent, result_line, settings_line


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "xor · 10-10 relu · bce · adam lr=0.01 · seed 0"),
        ({"hidden_dims": []}, "no hidden layer"),
        ({"layers": "linear:units=3 tanh"}, "linear:units=3 tanh"),
        ({"optimizer": "adam:lr=0.5", "lr": 0.5}, "· adam:lr=0.5 ·"),
        ({"output": "sigmoid"}, "output sigmoid"),
        ({"schedule": "cosine"}, "cosine"),
        ({"init": "normal"}, "init normal"),
        ({"batch_size": 8, "weight_decay": 1e-4, "clip": 2.0}, "batch 8 · decay 0.0001 · clip 2"),
    ],
)
def test_settings_are_one_line(made, changes, part):
    assert part in settings_line({**made.settings, **changes})


def test_few_settings_are_enough():
    assert settings_line({}) == "data · no hidden layer · seed 0"


@pytest.mark.parametrize(
    ("reason", "epochs", "said"),
    [
        ("epochs", 1, "1 epoch;"),
        ("epochs", 2000, "2,000 epochs;"),
        ("interrupted", 1200, "interrupted after 1,200 epochs;"),
        ("diverged", 7, "diverged at epoch 7, best weights shown;"),
        ("no better for 20 epochs", 50, "50 epochs, stopped: no better for 20 epochs;"),
    ],
)
def test_the_reason_to_end_is_said(made, reason, epochs, said):
    run = made.result(made.values(), made.says_sine, reason=reason, epochs=epochs)
    assert result_line(run).startswith(said)


@pytest.mark.parametrize(
    ("share", "text"), [(1, "100.00 %"), (0.99999, "99.99 %"), (0.52381, "52.38 %"), (0, "0.00 %")]
)
def test_a_share_is_never_rounded_up_to_all(share, text):
    assert percent(share) == text
