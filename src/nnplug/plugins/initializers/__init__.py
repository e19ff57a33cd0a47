"""The built-in initializers, one a file."""
