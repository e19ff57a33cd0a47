"""A trained model in other forms: a program of its own in NumPy, and ONNX."""
