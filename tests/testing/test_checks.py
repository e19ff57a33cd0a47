"""The list of checks: ids, order, kinds."""

import pytest

from nnplug.testing import all_checks, check, checks_for
from nnplug.testing.checks import _CHECKS


def test_ids_are_in_order_and_titles_are_one_line() -> None:
    ids = [one.id for one in all_checks()]
    assert ids[:3] == ["C1", "C2", "C3"]
    assert ids[-3:] == ["I1", "I2", "I3"]
    letters = list(dict.fromkeys(id[0] for id in ids))
    assert "".join(letters) == "CALSOWRBDI"
    for letter in letters:
        numbers = [int(id[1:]) for id in ids if id[0] == letter]
        assert numbers == list(range(1, len(numbers) + 1))
    for one in all_checks():
        assert one.title
        assert "\n" not in one.title
        assert len(one.title) < 80
        assert one.function.__doc__


def test_the_checks_of_a_kind() -> None:
    ids = [one.id for one in checks_for("activation")]
    own = ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"]
    assert ids == ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", *own, "I1", "I2", "I3"]
    with pytest.raises(ValueError, match="there is no kind 'activations'; the kinds are layer"):
        checks_for("activations")


def test_an_id_is_given_once() -> None:
    with pytest.raises(ValueError, match="there is a check A2 already"):
        check("A2", "activation", "the derivative once more")(lambda subject: None)


def test_a_check_is_registered_under_its_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnplug.testing.checks._CHECKS", dict(_CHECKS))

    @check("X1", ("loss", "layer"), "nothing at all")
    def nothing(subject: object) -> None:
        """Look at nothing."""

    assert checks_for("loss")[-1].id == "X1"
    assert checks_for("layer")[-1].function is nothing
    assert "X1" not in [one.id for one in checks_for("optimizer")]
