"""Raises what is no Exception, as pytest.skip does."""


class Skipped(BaseException):
    pass


raise Skipped("no GPU here")
