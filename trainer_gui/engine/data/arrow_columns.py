"""Columns of Arrow, as Parquet and Feather files hold them, as raw columns of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer_gui.engine.data.contents import unreadable
from trainer_gui.engine.problems import UserError, refuse

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_INDEX = "__index_level_"


def arrow_for(kind: str) -> Any:
    """pyarrow with its readers; raises UserError where it is not installed. `kind` names the files."""
    try:
        import pyarrow.feather
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError as error:
        raise refuse(
            "arrow.extra_missing",
            "{kind} files need the extra “data”, which is not installed.",
            'Install it with: pip install "trainer-gui[data]", or save the table as CSV.',
            field="data",
            kind=kind,
        ) from error
    return pyarrow


@contextmanager
def damage_in_words(path: Path, key: str, kind: str) -> Iterator[None]:
    """What pyarrow raises while such a file is read, as UserError; `kind` is “a Parquet file”."""
    import pyarrow

    try:
        yield
    except (pyarrow.ArrowException, ValueError, OverflowError) as error:
        raise _damaged(path, key, kind) from error
    except OSError as error:
        if error.errno is None:  # what is wrong with the content is an OSError to pyarrow, too
            raise _damaged(path, key, kind) from error
        raise unreadable(path, error) from error


def _damaged(path: Path, key: str, kind: str) -> UserError:
    return refuse(
        key,
        "{name} is not {kind}, or it is damaged.",
        "Write it again from the program that it came from, or save the table as CSV.",
        field="data",
        name=path.name,
        kind=kind,
    )


def told_apart(schema: pa.Schema) -> tuple[list[int], list[str]]:
    """The places of the columns that hold plain values, and the names of the others.

    The row numbers that pandas writes are neither. Columns that share a name are left out.
    """
    twice = {name for name, times in Counter(schema.names).items() if times > 1}
    kept, dropped = [], []
    for place, field in enumerate(schema):
        if field.name.startswith(_INDEX):
            continue
        if _is_plain(field.type) and field.name not in twice:
            kept.append(place)
        else:
            dropped.append(field.name)
    return kept, dropped


def _is_plain(kind: pa.DataType) -> bool:
    import pyarrow

    types = pyarrow.types
    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return not (
        types.is_nested(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
        or types.is_fixed_size_binary(kind)
    )


def raw_column(values: pa.ChunkedArray) -> pd.Series[Any]:
    """Numbers as they are, NaN for gaps; everything else as categories of text.

    Raises pyarrow.ArrowException or ValueError where the column is damaged.
    """
    import numpy as np
    import pandas as pd
    import pyarrow as arrow

    types = arrow.types
    kind = values.type
    if not types.is_primitive(kind):
        values.validate(full=True)  # lengths and letters in a damaged file may point anywhere
    if types.is_decimal(kind):
        values = values.cast(arrow.float64())
        kind = values.type
    if types.is_null(kind):
        return pd.Series(np.full(len(values), np.nan))
    if types.is_integer(kind) or types.is_floating(kind):
        return pd.Series(values.to_numpy())
    if types.is_boolean(kind):
        places = values.cast(arrow.int8()).fill_null(-1).to_numpy()
        return pd.Series(pd.Categorical.from_codes(places, categories=pd.Index(["False", "True"])))
    if not types.is_dictionary(kind):
        values = _without_zeros(values.cast(arrow.string()).dictionary_encode(), types.is_temporal(kind))
    whole = values.unify_dictionaries().combine_chunks()
    if isinstance(whole, arrow.ChunkedArray):  # what older versions give for no rows
        return pd.Series(np.full(len(whole), np.nan))
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts = pd.Index(whole.dictionary.cast(arrow.string()).to_pylist(), dtype="str")
    return pd.Series(pd.Categorical.from_codes(codes, categories=texts))


def _without_zeros(values: pa.ChunkedArray, are_moments: bool) -> pa.ChunkedArray:
    """Texts of moments without the zeros of an empty fraction, which no person would write."""
    import pyarrow as arrow
    import pyarrow.compute as compute

    if not are_moments:
        return values
    whole = values.unify_dictionaries().combine_chunks()
    empty = r"\.0+(Z|[+-].*)?$"
    if (
        isinstance(whole, arrow.ChunkedArray)
        or not compute.all(compute.match_substring_regex(whole.dictionary, empty)).as_py()
    ):
        return values
    texts = compute.replace_substring_regex(whole.dictionary, empty, r"\1")
    return arrow.chunked_array([arrow.DictionaryArray.from_arrays(whole.indices, texts)])
