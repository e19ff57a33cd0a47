"""A trained model as an ONNX graph: the built-in components, one node or a few for each."""
