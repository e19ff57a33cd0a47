"""The built-in activations, one a file."""
