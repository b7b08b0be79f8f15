"""Which packages are asked for, and whether they are there."""

import pytest

from trainer_gui.cli.requirements import Requirement, requirements


@pytest.mark.parametrize(
    ("bounds", "installed", "met"),
    [
        (">=2.9,<2.14", "2.13.0+cpu", True),
        ("<2.14,>=2.9", "2.14.0", False),
        (">=2.9", "2.10", True),
        (">=2.9", "2.8.9", False),
        ("", "0.1", True),
        (">=1.0", "", False),
        ("!=3.1", "3.1", False),
        ("==3", "3.0.0", True),
    ],
)
def test_that_versions_are_compared_number_by_number(bounds, installed, met):
    assert Requirement("package", bounds, "", installed).is_met is met


def test_that_the_requirements_of_this_project_are_found_without_those_of_developers():
    found = {each.name: each for each in requirements("trainer-gui")}
    assert found["torch"].is_met
    assert found["torch"].extra == ""
    assert found["onnx"].extra == "export"
    assert "pytest" not in found
    assert len([name for name in found if name.startswith("PySide6")]) == 1
