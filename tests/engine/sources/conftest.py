"""Files with tables, written and opened again."""

import pytest

from trainer_gui.engine.data.dataset import Table
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept
from trainer_gui.engine.sources.table_file import TABLE_FILE


def silent(stage: str, share: float | None) -> None:
    pass


@pytest.fixture
def read(tmp_path):
    """Writes bytes or a text to a file and opens it."""

    def reading(content, name="table.csv", **options) -> Table:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = TABLE_FILE.open(str(path), accept(TABLE_FILE.options, options).model_dump(), silent)
        assert isinstance(table, Table)
        return table

    return reading


@pytest.fixture
def refused(read):
    """The problem with which a content is refused."""

    def refusing(content, name="table.csv", **options):
        with pytest.raises(UserError) as refusal:
            read(content, name, **options)
        return refusal.value.problem

    return refusing
