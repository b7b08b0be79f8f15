"""ONNX: a model that runs without Trainer, its preprocessing inside."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trainer_gui.engine.data.column_step import ColumnStep
from trainer_gui.engine.data.graph import Graph
from trainer_gui.engine.data.prepare import Preparation
from trainer_gui.engine.data.text_ids import ids_of
from trainer_gui.engine.exporter import Answerer, Exporter, FamilyOf, Parcel, Samples
from trainer_gui.engine.family import NetworkFamily
from trainer_gui.engine.graph import add_answer, add_answers, add_average, add_inputs, add_steps
from trainer_gui.engine.model import Answers, Member
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.source import Report

if TYPE_CHECKING:
    from onnx import ModelProto

_ML_VERSION = 3  # of the operator set that holds LabelEncoder


class OnnxFile(Exporter):
    """One input per column under its own name, any number of rows, answers in words and units.

    Numbers are doubles with NaN for gaps, categories texts, dates int64 seconds since 1970 by local clocks,
    pictures uint8 [batch, height, width, channels] of any size. Free texts enter as ids, since
    hashing is none of ONNX's operators; a Python file beside the model computes them.
    """

    name = "onnx"
    label = "ONNX"
    summary = "Runs without Trainer, in most languages and on most devices; the preprocessing is inside."
    ending = ".onnx"
    position = 10
    extra = "export"
    needs = ("onnx", "onnxscript", "onnxruntime")

    def write(self, parcel: Parcel, path: Path, report: Report) -> None:
        from onnx import checker

        cores = []
        for place, member in enumerate(parcel.model.members):
            report("Translating the network", place / len(parcel.model.members) if place else None)
            cores.append(_network(member))
        report("Putting the preprocessing in", None)
        model = _with_steps(cores, parcel)
        checker.check_model(model)
        report("Writing the file", None)
        path.write_bytes(model.SerializeToString())

    def companions(self, parcel: Parcel) -> dict[str, bytes]:
        if not _texts(parcel.model.preparation):
            return {}
        return {"_text_ids.py": _source_of_ids()}

    def load(self, path: Path, family_of: FamilyOf) -> Answerer:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as faults

        try:
            session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except (
            faults.Fail,
            faults.InvalidArgument,
            faults.InvalidGraph,
            faults.InvalidProtobuf,
            faults.NoSuchFile,
            faults.NotImplemented,
            faults.RuntimeException,
        ) as error:
            raise refuse(
                "model_file.damaged",
                "The model in {name} is damaged and cannot be read.",
                "Export it again, or bring the file back from a copy.",
                field="model",
                name=path.name,
            ) from error
        about = session.get_modelmeta().custom_metadata_map
        classes = tuple(json.loads(about["classes"]))
        texts = {each["column"]: each for each in json.loads(about.get("texts", "[]"))}

        def answers_of(samples: Samples) -> Answers:
            if samples.pictures:
                return _answers_to_pictures(session, samples, classes)
            feed = dict(_input(name, values, texts) for name, values in samples.columns.items())
            return _answers(session, feed, classes)

        return answers_of


def _input(name: str, values: Any, texts: dict[str, Any]) -> tuple[str, Any]:
    """The name of an input and its values, made as somebody without Trainer would make them."""
    if name in texts:
        length = texts[name]["length"]
        ids = [ids_of(str(each), length) for each in values]
        return texts[name]["input"], np.array(ids, dtype=np.int64).reshape(len(values), length)
    if values.dtype.kind == "M":
        return name, values.astype("datetime64[s]").astype(np.int64)
    return name, values.astype(object if values.dtype.kind in "UO" else np.float64)


def _answers(session: Any, feed: dict[str, Any], classes: tuple[str, ...]) -> Answers:
    outputs = session.run(None, feed)
    if not classes:
        return Answers(np.asarray(outputs[0], dtype=np.float64))
    return Answers(np.asarray(outputs[0], dtype=str), classes, outputs[1].astype(np.float64))


def _answers_to_pictures(session: Any, samples: Samples, classes: tuple[str, ...]) -> Answers:
    """The answers, pictures of one size together: a batch has one size."""
    sizes = [each.shape for each in samples.pictures]
    name = session.get_inputs()[0].name
    values: list[Any] = [None] * len(sizes)
    probabilities: list[Any] = [None] * len(sizes)
    for size in sorted(set(sizes)):
        rows = [row for row, each in enumerate(sizes) if each == size]
        batch = np.stack([samples.pictures[row] for row in rows])
        outputs = session.run(None, {name: batch})
        for place, row in enumerate(rows):
            values[row] = outputs[0][place]
            if classes:
                probabilities[row] = outputs[1][place]
    if not classes:
        return Answers(np.array(values, dtype=np.float64))
    return Answers(np.array(values, dtype=str), classes, np.array(probabilities, dtype=np.float64))


def _network(member: Member) -> ModelProto:
    """The network alone, from the arrays of its preparation to raw outputs."""
    from trainer_gui.engine.training.translated import translated

    assert isinstance(member.family, NetworkFamily)
    network = member.family.load_network(
        member.weights, member.shape, member.size, member.settings, member.within
    )
    return translated(network, member.shape)


def _with_steps(cores: Sequence[ModelProto], parcel: Parcel) -> ModelProto:
    """The networks with raw columns before them and answers in words behind them."""
    from onnx import compose, helper

    preparation = parcel.model.preparation
    prefix = _free(("trainer.",), preparation.columns)
    graph = Graph(prefix)
    add_inputs(graph, preparation)
    weights, said = [], []
    for place, (core, member) in enumerate(zip(cores, parcel.model.members, strict=True)):
        inner = compose.add_prefix(core, f"{prefix}network{place}.").graph
        for array, entrance in zip(add_steps(graph, member.preparation), inner.input, strict=True):
            graph.node("Identity", array, makes=entrance.name)
        graph.nodes.extend(inner.node)
        weights.extend(inner.initializer)
        target = member.preparation.target
        said.append((add_answer(graph, inner.output[0].name, target), target))
    names = output_names(preparation)
    add_answers(graph, add_average(graph, said, preparation.target), preparation.target, names)
    whole = helper.make_graph(
        graph.nodes, "trainer", graph.inputs, graph.outputs, [*graph.constants, *weights]
    )
    versions = [each for each in cores[0].opset_import if each.domain != "ai.onnx.ml"]
    model = helper.make_model(
        whole,
        producer_name="Trainer",
        producer_version=parcel.version,
        ir_version=cores[0].ir_version,
        opset_imports=[*versions, helper.make_opsetid("ai.onnx.ml", _ML_VERSION)],
        doc_string=f"Predicts “{preparation.target.name}”.",
    )
    about = _about(parcel, names)
    if texts := _texts(preparation):
        about |= _about_texts(texts, graph)
    helper.set_model_props(model, about)
    return model


def _free(wanted: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """The first of these as a prefix that no column's name begins with, with underscores where needed."""
    prefix = wanted[0]
    while any(each.startswith(prefix) for each in columns):
        prefix = "_" + prefix
    return prefix


def output_names(preparation: Preparation) -> tuple[str, str]:
    """What the outputs are called: `prediction` and `probabilities`, longer where a column is called that."""
    found = []
    for name in ("prediction", "probabilities"):
        while name in preparation.columns:
            name += "_out"
        found.append(name)
    return found[0], found[1]


def _about(parcel: Parcel, names: tuple[str, str]) -> dict[str, str]:
    model = parcel.model
    preparation = model.preparation
    target = preparation.target
    about = {
        "trainer_version": parcel.version,
        "name": model.name,
        "family": ", ".join(dict.fromkeys(each.family.name for each in model.members)),
        "size": ", ".join(dict.fromkeys(each.size for each in model.members)),
        "members": str(len(model.members)),
        "target": target.name,
        "task": target.task.value,
        "classes": json.dumps(target.classes, ensure_ascii=False),
        "columns": json.dumps(preparation.columns, ensure_ascii=False),
        "outputs": json.dumps(names if target.classes else names[:1], ensure_ascii=False),
        "preparation": preparation.model_dump_json(),
        "recipe": parcel.recipe,
        "lineage": parcel.lineage,
    }
    if preparation.picture is not None:
        about["picture"] = (
            "Give upright pictures of any size as uint8; lay pictures with transparent parts on white "
            "first. Resizing and scaling are done inside."
        )
    return about


def _texts(preparation: Preparation) -> list[ColumnStep]:
    return [each for each in preparation.steps if each.ids]


def _about_texts(steps: Sequence[ColumnStep], graph: Graph) -> dict[str, str]:
    """Which input takes the ids of which text, and how they are computed."""
    texts = [{"column": each.name, "input": graph.entrance(each.name), "length": each.ids} for each in steps]
    return {"texts": json.dumps(texts, ensure_ascii=False), "text_ids.py": _source_of_ids().decode()}


def _source_of_ids() -> bytes:
    """The Python file that computes the ids of texts and needs nothing of Trainer."""
    source = pkgutil.get_data("trainer_gui.engine.data", "text_ids.py")
    assert source is not None
    return source


ONNX_FILE = OnnxFile()
