"""The rooms of the house: who may load whom, and what must load late."""

import subprocess
import sys

import pytest

_LEARNING = ("torch", "optuna", "sklearn", "pandas", "PIL", "scipy", "onnx", "onnxruntime")
_HEAVY = (*_LEARNING, "PySide6", "pyqtgraph")


def loaded_by(code: str, names: tuple[str, ...]) -> list[str]:
    """Which of these packages a fresh process has loaded after some code."""
    code += f"\nimport sys; print(*[each for each in {names!r} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


@pytest.mark.parametrize(
    "module",
    [
        "trainer_gui.engine.run",
        "trainer_gui.engine.study.conduct",
        "trainer_gui.engine.plan",
        "trainer_gui.engine.predict",
        "trainer_gui.engine.evaluate",
        "trainer_gui.engine.export",
        "trainer_gui.engine.verdict",
        "trainer_gui.cli",
    ],
)
def test_that_the_engine_and_the_command_line_load_without_qt_and_heavy_libraries(module):
    assert loaded_by(f"import {module}", _HEAVY) == []


def test_that_asking_the_registries_stays_light():
    code = (
        "from trainer_gui.engine.families import FAMILIES\n"
        "from trainer_gui.engine.sources import SOURCES\n"
        "from trainer_gui.engine.exporters import EXPORTERS\n"
        "from trainer_gui.engine.study.places import PLACES\n"
        "from trainer_gui.engine.study.strategies import STRATEGIES\n"
        "[list(each) for each in (FAMILIES, SOURCES, EXPORTERS, PLACES, STRATEGIES)]"
    )
    assert loaded_by(code, _HEAVY) == []


def test_that_the_window_is_built_without_the_learning_libraries():
    code = "import trainer_gui.app, trainer_gui.gui.main_window"
    assert loaded_by(code, ("torch", "sklearn", "pandas", "PIL", "scipy", "onnx")) == []
