"""What every kind of data must do, whichever it is; a new source is tested without a new test."""

import json
from pathlib import Path

import numpy as np
import pytest

from trainer_gui.engine.data.dataset import ColumnKind, DataReference, Dataset, Pictures, Table
from trainer_gui.engine.data.examine import examine, guess_task
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept, declared_in
from trainer_gui.engine.source import Source
from trainer_gui.engine.sources import SOURCES, open_data
from trainer_gui.engine.study.parcel import pack, root_of, unpack

every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda each: each.name)


class CancelledError(Exception):
    """What a caller raises from `report` to stop the reading."""


def silent(stage: str, share: float | None) -> None:
    assert stage
    assert share is None or 0 <= share <= 1


def opened(source: Source, location: str) -> Dataset:
    return source.open(location, accept(source.options, {}).model_dump(), silent)


def content(dataset: Dataset) -> list[object]:
    if isinstance(dataset, Table):
        return [[str(value) for value in dataset.frame[each.name]] for each in dataset.columns]
    assert isinstance(dataset, Pictures)
    pixels = [dataset.open_picture(row).tobytes() for row in range(0, dataset.rows, 7)]
    return [dataset.labels, dataset.names, pixels]


@every_source
def test_that_a_source_has_a_name_a_label_and_declared_options(source):
    assert source.name.isidentifier()
    assert source.label
    assert all(each == each.lower() and each.startswith(".") for each in source.endings)
    assert all(each.label and each.help for each in declared_in(source.options))


@every_source
def test_that_its_examples_open_and_can_be_learned_from(source, tmp_path):
    locations = source.write_examples(tmp_path)
    assert len(locations) >= 2
    for location in (*locations, *source.listed()):
        dataset = opened(source, location)
        assert dataset.rows > 0
        assert dataset.name
        assert dataset.how
        assert dataset.fingerprint.startswith("blake2b:")
        assert len(dataset.target_values(dataset.target)) == dataset.rows
        found = examine(dataset, dataset.target, guess_task(dataset, dataset.target))
        assert not [each for each in found if each.severity == "error"]


@every_source
def test_that_it_is_the_one_asked_for_its_examples(source, tmp_path):
    for location in (*source.write_examples(tmp_path), *source.listed()):
        takers = [each.name for each in SOURCES if each.takes(location)]
        assert takers[0] == source.name


@every_source
def test_that_the_columns_are_what_the_frame_holds(source, tmp_path):
    for location in source.write_examples(tmp_path):
        dataset = opened(source, location)
        names = [each.name for each in dataset.columns]
        assert len(set(names)) == len(names)
        if not isinstance(dataset, Table):
            continue
        assert list(dataset.frame.columns) == names
        assert len(dataset.frame) == dataset.rows
        for column in dataset.columns:
            values = dataset.frame[column.name]
            assert int(values.isna().sum()) == column.missing
            assert values.nunique() == column.distinct
            if column.kind is ColumnKind.NUMBER:
                assert values.dtype.kind in "if"
                assert not np.isinf(values).any()
            if column.kind is ColumnKind.CATEGORY:
                assert values.astype(str).notna().sum() == dataset.rows - column.missing


@every_source
def test_that_pictures_are_eight_bits_deep_and_as_they_are_announced(source, tmp_path):
    for location in (*source.write_examples(tmp_path), *source.listed()):
        dataset = opened(source, location)
        if not isinstance(dataset, Pictures):
            continue
        assert len(dataset.names) == len(dataset.labels) == dataset.rows
        modes = {dataset.open_picture(row).mode for row in range(dataset.rows)}
        assert modes <= ({"L"} if dataset.grey else {"L", "RGB", "RGBA"})


@every_source
def test_that_the_fingerprint_is_the_same_twice_and_differs_with_the_content(source, tmp_path):
    locations = source.write_examples(tmp_path)
    prints = [opened(source, each).fingerprint for each in locations]
    assert [opened(source, each).fingerprint for each in locations] == prints
    assert len(set(prints)) == len(prints)


@every_source
def test_that_its_reference_opens_the_same_again(source, tmp_path):
    for location in source.write_examples(tmp_path):
        first = opened(source, location)
        text = json.dumps(first.reference.model_dump(), allow_nan=False)
        second = open_data(DataReference.model_validate(json.loads(text)))
        assert second.fingerprint == first.fingerprint
        assert second.reference == first.reference
        assert second.columns == first.columns
        assert content(second) == content(first)


@every_source
def test_that_its_reference_holds_accepted_options_and_an_absolute_location(source, tmp_path):
    for location in source.write_examples(tmp_path):
        reference = opened(source, location).reference
        assert reference.source == source.name
        accept(source.options, reference.options)
        assert reference.location in source.listed() or Path(reference.location).is_absolute()


@every_source
def test_that_reading_can_be_cancelled_at_every_report(source, tmp_path):
    location = source.write_examples(tmp_path)[0]
    stages: list[str] = []

    def count(stage: str, share: float | None) -> None:
        stages.append(stage)

    source.open(location, accept(source.options, {}).model_dump(), count)
    assert stages

    for wanted in range(len(stages)):
        seen = 0

        def cancel(stage: str, share: float | None, wanted: int = wanted) -> None:
            nonlocal seen
            if seen == wanted:
                raise CancelledError
            seen += 1

        with pytest.raises(CancelledError):
            source.open(location, accept(source.options, {}).model_dump(), cancel)


@every_source
def test_that_a_location_that_is_not_there_is_refused_in_words(source, tmp_path):
    example = source.write_examples(tmp_path)[0]
    missing = example + " that is not there" if source.listed() else str(tmp_path / "no" / Path(example).name)
    with pytest.raises(UserError) as refusal:
        opened(source, missing)
    assert refusal.value.problem.advice
    assert "Traceback" not in str(refusal.value)


@every_source
def test_that_choices_offered_for_an_option_are_accepted(source, tmp_path):
    location = source.write_examples(tmp_path)[0]
    for option, values in source.choices(location).items():
        assert values
        for value in values:
            accept(source.options, {option: value})


@every_source
def test_that_a_preview_shows_the_same_columns(source, tmp_path):
    for location in source.write_examples(tmp_path):
        whole = opened(source, location)
        shown, is_all = source.preview(location, accept(source.options, {}).model_dump(), silent)
        assert is_all is (shown.rows == whole.rows)
        assert [each.name for each in shown.columns] == [each.name for each in whole.columns]


@every_source
def test_that_the_files_it_names_are_all_that_is_needed_to_open_the_same_elsewhere(source, tmp_path):
    place = tmp_path / "here"
    place.mkdir()
    for number, location in enumerate(source.write_examples(place)):
        if location in source.listed() or not Path(location).exists():
            continue
        before = opened(source, location)
        reference = before.reference
        parts = SOURCES[reference.source].files_of(reference.location, reference.options)
        root, there = root_of(parts), tmp_path / f"there {number}"
        unpack(pack(parts, root), there)
        away = place.rename(tmp_path / "away")  # nothing is read where it was
        moved = there / Path(reference.location).relative_to(root)
        after = open_data(reference.model_copy(update={"location": str(moved)}))
        assert after.fingerprint == before.fingerprint
        if isinstance(before, Table):
            assert content(after) == content(before)
        away.rename(place)
