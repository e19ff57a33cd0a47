"""Claims as they are read: which settings they are about, and what is wrong with them."""

from typing import Any

import pytest

from nnplug.comparison.claims import Claim, read_claims
from nnplug.comparison.plan import Plan, prepare_plan
from nnplug.comparison.plan_file import plan_of
from nnplug.core.errors import SettingsError
from nnplug.core.registry import default_registry


def read(*claims: Any, vary: Any = ("optimizer=gd adam", "lr=1e-4 0.1 1"), **asked: Any) -> Any:
    plan: Plan = plan_of({"vary": vary, **asked})
    return read_claims(list(claims), plan, prepare_plan(plan, default_registry()))


def one(vary: Any = ("optimizer=gd adam", "lr=1e-4 0.1 1"), **claim: Any) -> Claim:
    (found,) = read({"says": "it is so", **claim}, vary=vary)
    return found  # type: ignore[no-any-return] - read returns what it is given


# Settings: 0 gd 1e-4, 1 gd 0.1, 2 gd 1, 3 adam 1e-4, 4 adam 0.1, 5 adam 1.


def test_better_pairs_what_is_alike_in_everything_else() -> None:
    claim = one(better={"optimizer": "adam"}, than={"optimizer": "gd"})
    assert claim.pairs == ((3, 0), (4, 1), (5, 2))
    assert claim.metric == "loss"


def test_what_both_sides_name_is_not_paired() -> None:
    claim = one(better={"optimizer": "adam", "lr": "0.1"}, than={"optimizer": "gd"})
    assert claim.pairs == ((4, 0), (4, 1), (4, 2))


def test_a_list_means_any_of_it() -> None:
    claim = one(better={"lr": "0.1"}, than={"lr": ["1e-4", "1"]})
    assert set(claim.pairs) == {(1, 0), (1, 2), (4, 3), (4, 5)}


def test_an_order_is_a_chain_of_pairs() -> None:
    claim = one(order=[{"lr": "1"}, {"lr": "0.1"}, {"lr": "1e-4"}], metric="accuracy")
    assert claim.pairs == ((2, 1), (5, 4), (1, 0), (4, 3))
    assert claim.metric == "accuracy"


@pytest.mark.parametrize("value", [0.0001, "1e-4", "0.0001", "1e-04"])
def test_a_number_is_found_however_it_is_written(value: Any) -> None:
    assert one(setting={"lr": value}, at_least=1).settings == (0, 3)


def test_hidden_units_are_found_as_text_and_as_list() -> None:
    vary = ("hidden-dims=2,2 16,16",)
    for value in ("16,16", "16, 16", [[16, 16]]):
        assert one(vary, setting={"hidden-dims": value}, at_least=1).settings == (1,)


def test_without_a_setting_a_bound_is_about_all() -> None:
    claim = one(at_least=0.5, at_most=1, metric="accuracy", share=0.05)
    assert claim.settings == (0, 1, 2, 3, 4, 5)
    assert (claim.low, claim.high, claim.share) == (0.5, 1.0, 0.05)
    assert one(diverges=True).diverges is True


def test_of_a_sample_a_claim_may_be_about_nothing() -> None:
    found = read(
        {"says": "1", "setting": {"lr": "1"}, "at_least": 1},
        {"says": "2", "better": {"optimizer": "adam"}, "than": {"optimizer": "gd"}},
        sample=1,
    )
    assert [len(claim.settings) + len(claim.pairs) for claim in found] == [0, 0]


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ({"says": ""}, "claim 1 says nothing"),
        ({"at_least": 1}, "claim 1 says nothing"),
        ({"says": "x"}, "claim 'x': it tests nothing\n  give it one of better, order, at_least"),
        ({"says": "x", "at_lest": 1}, "there is no 'at_lest'; did you mean 'at_least'?"),
        ({"says": "x", "better": {"lr": "1"}}, "it is better than what?"),
        ({"says": "x", "better": {"lr": "1"}, "than": {"lr": "1"}}, "compared with itself"),
        ({"says": "x", "better": {"lr": "1"}, "than": {}, "share": 0.1}, "better and share do not"),
        ({"says": "x", "order": [{"lr": "1"}]}, "order is a list of two or more"),
        ({"says": "x", "order": ["adam", "gd"]}, "'adam' names no setting"),
        ({"says": "x", "setting": {"lr": 2}, "at_least": 1}, "no setting has lr 2\n  it is 1e-4"),
        ({"says": "x", "setting": {"clip": 1}, "at_least": 1}, "clip is not varied\n  what tells"),
        ({"says": "x", "setting": "adam", "at_least": 1}, "'adam' names no setting"),
        ({"says": "x", "at_least": "1"}, "at_least is '1'\n  write a number"),
        ({"says": "x", "at_least": True}, "at_least is True"),
        ({"says": "x", "at_most": float("nan")}, "at_most is nan"),
        (
            {"says": "x", "better": {"lr": 1}, "than": {"lr": "1.0"}},
            "no two settings differ in what",
        ),
        ({"says": "x", "at_least": 1, "metric": "r2"}, "have no 'r2'\n  they have loss, accuracy"),
        ({"says": "x", "at_least": 1, "share": 1}, "share is 1\n  it lies between 0 and 1"),
        ({"says": "x", "diverges": "yes"}, "diverges is true or false"),
        ({"says": "x", "diverges": True, "at_least": 1}, "at_least and diverges do not go"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said_with_its_name(claim: Any, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(claim)
    assert says in str(caught.value)


@pytest.mark.parametrize("given", [{"says": "x"}, ["x"], "x"])
def test_claims_are_a_list_of_tables(given: Any) -> None:
    plan = plan_of({"vary": "lr=0.1 1"})
    with pytest.raises(SettingsError, match="claims are no list of tables"):
        read_claims(given, plan, prepare_plan(plan, default_registry()))
