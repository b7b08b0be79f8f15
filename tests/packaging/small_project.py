"""A project with the shape of this one and libraries of a few bytes, for which pip needs no network."""

import base64
import hashlib
import os
import zipfile
from pathlib import Path

LIBRARIES = ("torch", "PySide6", "pyqtgraph", "sklearn", "pandas")

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "small-trainer"
version = "1.0"
dependencies = ["torch>=2.9,<2.14", "PySide6", "pyqtgraph", "sklearn", "pandas"]

[project.optional-dependencies]
export = []
data = []
dev = []
"""

BACKEND = """
import zipfile
from pathlib import Path

INFO = "small_trainer-1.0.dist-info"
METADATA = '''Metadata-Version: 2.1
Name: small-trainer
Version: 1.0
Requires-Dist: torch>=2.9,<2.14
Requires-Dist: PySide6
Requires-Dist: pyqtgraph
Requires-Dist: sklearn
Requires-Dist: pandas
Provides-Extra: export
Provides-Extra: data
Provides-Extra: dev
'''


def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "small_trainer-1.0-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder) / name, "w") as wheel:
        wheel.writestr("small_trainer.pth", str(Path.cwd()))
        wheel.writestr(f"{INFO}/METADATA", METADATA)
        wheel.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{INFO}/RECORD", "")
    return name
"""


def make_project(folder: Path) -> Path:
    """Writes the project into `folder`, with a `trainer_gui` that imports nothing."""
    (folder / "trainer_gui").mkdir(parents=True)
    (folder / "trainer_gui" / "__init__.py").write_text("")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "backend.py").write_text(BACKEND)
    return folder


def make_libraries(folder: Path, torch_needs: tuple[str, ...] = ()) -> Path:
    """Writes a wheel for each library into `folder`; torch has version 2.10.0 and needs `torch_needs`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in LIBRARIES:
        make_wheel(folder, name, torch_needs if name == "torch" else ())
    return folder


def make_wheel(folder: Path, name: str, needs: tuple[str, ...] = (), version: str = "2.10.0") -> None:
    """Writes a wheel with one package of a few bytes."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files = {
        f"{name}/__init__.py": f"__version__ = {version!r}\n",
        f"{name}/QtWidgets.py": "",
        f"{info}/METADATA": metadata + "".join(f"Requires-Dist: {need}\n" for need in needs),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},sha256={_hash(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


def _hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def pip_variables(libraries: Path) -> dict[str, str]:
    """Variables under which pip finds `libraries` and nothing else."""
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(libraries),
        "PIP_NO_CACHE_DIR": "1",
    }
