"""The built-in optimizers, one a file."""
