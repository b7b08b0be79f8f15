"""The environment is made, taken as it is, mended, and refused in words."""

import json
import shutil
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

from tests.packaging.small_project import make_libraries, make_project, pip_variables

EXTRAS = {"export", "data"}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project whose libraries pip finds beside it."""
    for name, value in pip_variables(make_libraries(tmp_path / "libraries")).items():
        monkeypatch.setenv(name, value)
    return make_project(tmp_path / "project")


def test_that_an_environment_is_made_once_and_then_taken_as_it_is(checkout: Path) -> None:
    from environment import Environment, Torch

    made = Environment(checkout)
    assert not made.is_ready(EXTRAS, Torch())
    made.make_ready(EXTRAS, Torch())
    assert made.is_ready(EXTRAS, Torch())
    imported = subprocess.run([made.python, "-c", "import torch, trainer_gui"], cwd="/", check=False)
    assert imported.returncode == 0
    written = made.python.stat().st_mtime_ns, (made.folder / "installation.log").stat().st_mtime_ns
    made.make_ready(EXTRAS, Torch())
    assert (made.python.stat().st_mtime_ns, (made.folder / "installation.log").stat().st_mtime_ns) == written

    # Developers' tools are added to what is there, and afterwards the window still starts at once.
    assert not made.is_ready(EXTRAS | {"dev"}, Torch())
    made.make_ready(EXTRAS | {"dev"}, Torch())
    assert made.is_ready(EXTRAS, Torch())
    assert made.is_ready(EXTRAS | {"dev"}, Torch())


def test_that_an_environment_cut_off_in_the_middle_is_mended(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from environment import Environment, Torch

    made = Environment(checkout)
    made.make_ready(EXTRAS, Torch())
    stamp = made.folder / "trainer-gui.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "complete": False}))
    (made.site_packages / "pandas" / "__init__.py").unlink()
    shutil.rmtree(next(made.site_packages.glob("sklearn-*.dist-info")))
    assert not made.is_ready(EXTRAS, Torch())
    made.make_ready(EXTRAS, Torch())
    assert made.is_ready(EXTRAS, Torch())
    assert "Not whole: pandas." in capsys.readouterr().out
    assert (made.site_packages / "pandas" / "__init__.py").exists()
    assert list(made.site_packages.glob("sklearn-*.dist-info"))


def test_that_an_environment_whose_python_is_gone_is_made_anew(checkout: Path) -> None:
    from environment import Environment, Torch

    made = Environment(checkout)
    made.make_ready(EXTRAS, Torch())
    made.python.unlink()
    assert not made.is_ready(EXTRAS, Torch())
    made.make_ready(EXTRAS, Torch())
    assert subprocess.run([made.python, "-c", "import torch"], check=False).returncode == 0


def test_that_a_stamp_tells_of_another_place_dependency_or_build(checkout: Path, tmp_path: Path) -> None:
    from environment import Environment, Stamp, Torch

    made = Environment(checkout)
    made.folder.mkdir()
    made._write(Stamp(made._surroundings(), ("data", "export"), Torch(), complete=True))
    assert made.is_ready(EXTRAS, Torch())
    assert not made.is_ready(EXTRAS, Torch(cpu=True))
    pyproject = checkout / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + "\n[tool.ruff]\nline-length = 100\n")
    assert made.is_ready(EXTRAS, Torch())  # nothing to install has changed
    pyproject.write_text(pyproject.read_text().replace('"pandas"]', '"pandas", "scipy"]'))
    assert not made.is_ready(EXTRAS, Torch())
    made._write(Stamp(made._surroundings(), ("data", "export"), Torch(cpu=True), complete=True))
    assert made.is_ready(EXTRAS, Torch())  # the build that was chosen once stays
    moved = Environment(checkout.rename(tmp_path / "moved"))
    assert not moved.is_ready(EXTRAS, Torch())
    moved._stamp_file.write_text('{"made_for"')
    assert not moved.is_ready(EXTRAS, Torch())


def test_that_a_library_that_is_nowhere_is_named(checkout: Path, tmp_path: Path) -> None:
    from environment import Environment, Torch
    from installation import LaunchError

    (tmp_path / "libraries" / "pandas-2.10.0-py3-none-any.whl").unlink()
    made = Environment(checkout)
    with pytest.raises(LaunchError, match="no build of pandas for this system"):
        made.make_ready(EXTRAS, Torch())
    assert not made.is_ready(EXTRAS, Torch())


def test_that_the_processor_build_is_refused_where_pip_knows_only_the_one_for_cards(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from environment import Environment, Torch
    from installation import LaunchError

    monkeypatch.setattr("sys.platform", "linux")
    make_libraries(
        tmp_path / "libraries", torch_needs=('nvidia-cublas-cu12==12.8; platform_system == "Linux"',)
    )
    with pytest.raises(LaunchError, match="--torch-index ADDRESS"):
        Environment(checkout).make_ready(EXTRAS, Torch(cpu=True))


def test_that_torch_is_taken_from_the_index_that_is_given(checkout: Path, tmp_path: Path) -> None:
    from environment import Environment, Torch

    from tests.packaging.small_project import make_wheel

    index = tmp_path / "index"
    (index / "torch").mkdir(parents=True)
    make_wheel(index / "torch", "torch", version="2.9.1+small")
    name = "torch-2.9.1+small-py3-none-any.whl"
    (index / "torch" / "index.html").write_text(f'<a href="{name}">{name}</a>')
    (tmp_path / "libraries" / "torch-2.10.0-py3-none-any.whl").unlink()
    with pytest.MonkeyPatch.context() as variables:
        variables.delenv("PIP_NO_INDEX")
        variables.setenv("PIP_INDEX_URL", (tmp_path / "empty").as_uri())
        made = Environment(checkout)
        made.make_ready(EXTRAS, Torch(index=index.as_uri()))
    assert list(made.site_packages.glob("torch-2.9.1+small.dist-info"))


def test_that_too_little_space_is_said_before_anything_is_loaded(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from environment import Environment, Torch
    from installation import LaunchError

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**11, 10**11, 3 * 2**28))
    with pytest.raises(LaunchError, match=r"only 0\.8 GB free"):
        Environment(checkout).make_ready(EXTRAS, Torch())


def test_that_a_python_without_its_venv_package_names_the_command(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import system_packages
    from environment import Environment, Torch
    from installation import LaunchError

    find_spec = __import__("importlib.util").util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "ensurepip" else find_spec(name)
    )
    monkeypatch.setattr(system_packages, "_is_root", lambda: False)
    monkeypatch.setattr(system_packages, "_sudo_asks_nothing", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(LaunchError, match=r"sudo apt-get install -y python3\.\d+-venv"):
        Environment(checkout).make_ready(EXTRAS, Torch())


def test_that_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    from environment import Environment, Torch
    from installation import LaunchError

    checkout = make_project(tmp_path / "project")
    (
        checkout / ".venv.lock"
    ).mkdir()  # stands in for a folder of somebody else, which root may write all the same
    with pytest.raises(LaunchError, match="cannot be written"):
        Environment(checkout).make_ready(EXTRAS, Torch())
