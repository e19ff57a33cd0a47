"""A whole model as ONNX."""

import json
import math
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

from nnplug import __version__
from nnplug.core.chain import ActivationLayer, as_named
from nnplug.core.hooks import PROJECT
from nnplug.core.layer import Layer
from nnplug.core.registry import Registry
from nnplug.engine.fresh import inner_layers
from nnplug.engine.names import class_names, target_names
from nnplug.engine.result import Model
from nnplug.export.errors import ExportError
from nnplug.export.onnx.activations import ACTIVATIONS
from nnplug.export.onnx.graph import Graph
from nnplug.export.onnx.layers import LAYERS
from nnplug.export.onnx.preparing import prepared
from nnplug.export.proof import components

OPSET, IR = 19, 9
"""The versions of ONNX that are written: old enough for runtimes of 2023."""


def onnx_model(model: Model) -> Any:
    """Return an onnx.ModelProto that predicts as a model does.

    Its output is `predictions`, as `model.predict` returns them. What the numbers mean stands in
    its metadata, as JSON: task, classes or targets, columns, preparation, threshold.
    Raises ExportError where a component has no ONNX form, and where onnx is not installed.
    """
    try:
        onnx = import_module("onnx")
    except ImportError:
        raise ExportError(
            "ONNX files are written by the package onnx, which is not installed",
            "type: pip install 'nnplug[onnx]'",
        ) from None
    network, registry = model.network, model.network.registry
    _refuse_strangers(model, registry)
    graph = Graph(onnx, network.dtype)
    x = prepared(graph, model.preparation)
    for i, layer in enumerate(network.layers):
        x = _layer(graph, layer, x, network.p[str(i)], str(i), registry)
    x, outputs = _link(graph, model, x)
    output = graph.output(x, "predictions", outputs)
    made = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes, "nnplug", graph.inputs, [output], list(graph.initializers.values())
        ),
        producer_name=PROJECT,
        producer_version=__version__,
        ir_version=IR,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
    )
    onnx.helper.set_model_props(made, _metadata(model))
    onnx.checker.check_model(made, full_check=True)
    return made


def _layer(
    graph: Graph, layer: Layer, x: str, p: Mapping[str, Any], path: str, registry: Registry
) -> str:
    name = registry.name(as_named(layer))
    with graph.at(f"{path}.{name}"):
        if isinstance(layer, ActivationLayer):
            return ACTIVATIONS[name](graph, layer.activation, x)
        if name != "residual":
            return LAYERS[name](graph, layer, x, p)
    y = x
    for i, inner in enumerate(inner_layers(layer)):
        y = _layer(graph, inner, y, p[str(i)], f"{path}.{i}", registry)
    with graph.at(f"{path}.{name}"):
        return graph.node("Add", x, y)


def _link(graph: Graph, model: Model, z: str) -> tuple[str, tuple[int, ...]]:
    """Return the predictions, and the shape of one."""
    network = model.network
    loss, shape = network.loss, network.out_shape
    if loss is None:
        return z, shape
    with graph.at("predictions"):
        if network.registry.name(loss) == "hinge":
            half = graph.node("Add", graph.node("Mul", z, 0.5), 0.5)
            y = graph.node("Clip", half, 0.0, 1.0)
        else:
            y = ACTIVATIONS[loss.link](graph, None, z)
        if model.task == "binary" and math.prod(shape) == 2:
            y, shape = graph.node("Gather", y, np.array([1]), axis=-1), (1,)
    return y, shape


def _refuse_strangers(model: Model, registry: Registry) -> None:
    """Raise ExportError for components that have no ONNX form, all of them at once."""
    strange = [one for one in components(model) if registry.provider(one).package != PROJECT]
    if strange:
        said = " and ".join(dict.fromkeys(map(registry.describe, strange)))
        raise ExportError(
            f"no ONNX form is known of {said}; the components of nnplug have one",
            "nnplug export RUN predict.py writes any formula as NumPy",
        )


def _metadata(model: Model) -> dict[str, str]:
    """Return what the model's numbers mean, as texts and JSON."""
    facts: dict[str, Any] = {
        "columns": model.preparation.columns,
        "preparation": model.preparation.as_json(),
        "threshold": 0.5 if model.threshold is None else model.threshold,
    }
    if model.task == "regression":
        facts["targets"] = target_names(model)
    else:
        facts["classes"] = class_names(model)
    if model.task != "binary":
        del facts["threshold"]
    return {"task": model.task} | {
        name: json.dumps(fact, ensure_ascii=False) for name, fact in facts.items()
    }
