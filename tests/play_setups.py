"""Short forms of setups, for the tests of the playground."""


def rows(activation, *units):
    """Return linear layers of so many units, each with the same activation."""
    named = None if activation is None else {"name": activation}
    return [{"layer": {"name": "linear", "units": n}, "activation": named} for n in units]
