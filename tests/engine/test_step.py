import nnplug
from nnplug.engine.step import defaults, formula


def test_a_formula_is_read_from_the_docstring():
    class Told(nnplug.Activation):
        """Bends, y = z^3."""

        def forward(self, z):
            return z**3

        def derivative(self, z, y):
            return 3 * z**2

    class Stated(Told):
        """Bends.

        Formula: y = z^3
            for all z
        Derivative: dy/dz = 3 z^2
        """

    assert formula(Told(), "Formula") == "Bends, y = z^3"
    assert formula(Told(), "Derivative", fallback=False) == ""
    assert formula(Stated(), "Formula") == "y = z^3 for all z"
    assert formula(Stated(), "Derivative") == "dy/dz = 3 z^2"


def test_defaults_are_those_that_a_spec_leaves_out():
    class Bent(nnplug.Activation):
        """Bends."""

        slope: float = 0.5
        power: int = 2
        way: str = "up"

        def forward(self, z):
            return self.slope * z**self.power

        def derivative(self, z, y):
            return self.slope * self.power * z

    assert defaults(Bent()) == "slope = 0.5, power = 2"
    assert defaults(Bent(slope=1.0)) == "power = 2"
