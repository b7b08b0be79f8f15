"""Tables in JSON."""

import json

import pytest

from trainer_gui.engine.problems import UserError
from trainer_gui.engine.settings import accept
from trainer_gui.engine.sources.json_file import JSON_FILE


def opened(path, **options):
    return JSON_FILE.open(
        str(path), accept(JSON_FILE.options, options).model_dump(), lambda stage, share: None
    )


@pytest.fixture
def read(tmp_path):
    """Writes a text, or what JSON is made of, to a file and opens it."""

    def reading(content, name="data.json", **options):
        path = tmp_path / name
        text = content if isinstance(content, (str, bytes)) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return opened(path, **options)

    return reading


@pytest.fixture
def refused(read):
    def refusing(content, name="data.json", **options):
        with pytest.raises(UserError) as refusal:
            read(content, name, **options)
        return refusal.value.problem.key

    return refusing


ROWS = [{"a": p / 2, "b": ["x", "y"][p % 2]} for p in range(30)]
AS_LINES = "".join(json.dumps(row) + "\n" for row in ROWS)


@pytest.mark.parametrize(
    "content",
    [
        ROWS,
        json.dumps(ROWS, indent=2),
        AS_LINES,
        "\ufeff" + AS_LINES.replace("\n", "\r\n\r\n"),
        AS_LINES.encode("utf-16"),
        "".join(json.dumps(row, indent=1) + "\n" for row in ROWS),
        "".join(json.dumps(row) for row in ROWS),
        {"source": "here", "answer": {"count": 30, "rows": ROWS}},
        {"a": [row["a"] for row in ROWS], "b": [row["b"] for row in ROWS]},
        {name: {str(p): row[name] for p, row in enumerate(ROWS)} for name in "ab"},
        {"columns": ["a", "b"], "index": list(range(30)), "data": [list(row.values()) for row in ROWS]},
        [["a", "b"], *(list(row.values()) for row in ROWS)],
        "\n".join(json.dumps(each) for each in [["a", "b"], *(list(row.values()) for row in ROWS)]),
    ],
    ids=lambda each: str(each)[:20],
)
def test_that_a_table_is_found_in_whatever_shape_it_stands(read, content):
    table = read(content)
    assert [each.name for each in table.columns] == ["a", "b"]
    assert table.frame["a"].tolist() == [p / 2 for p in range(30)]
    assert not table.notes


def test_that_rows_by_key_keep_their_key(read):
    table = read({f"mouse {p}": row for p, row in enumerate(ROWS)})
    assert [each.name for each in table.columns] == ["key", "a", "b"]


def test_that_nested_values_missing_keys_and_odd_tokens_are_understood(read):
    rows = [
        {
            "where": {"site": {"height": p * 1.5}},
            "fed": [True, False, None][p % 3],
            "tags": ["u", "v"] if p % 2 else [],
            "scores": [{"at": 1}],
            "big": 2**70 + p,
            **({"late": p % 5} if p >= 10 else {}),
            "number": float("nan") if p == 3 else float("inf") if p == 4 else p / 8,
        }
        for p in range(30)
    ]
    table = read("\n".join(json.dumps(row) for row in rows), "data.ndjson")
    kinds = {each.name: each.kind.value for each in table.columns}
    assert kinds["where.site.height"] == "number"
    assert kinds["fed"] == "yes_no"
    assert table.column("late").missing == 10
    assert table.column("fed").missing == 10
    assert table.column("number").missing == 2
    assert set(table.frame["tags"].dropna()) == {"u, v"}
    assert "scores" not in kinds
    assert {"json.lists_joined", "table.infinite", "table.dropped_columns"} <= {n.key for n in table.notes}


def test_that_broken_lines_are_counted_and_can_be_looked_at(read):
    table = read("{broken\n" + AS_LINES + '{"a": 1, "b"\n' + '{"a": 3, "b": "x"}\n', "data.jsonl")
    assert table.rows == 31
    assert [(each.line, each.text, each.kept) for each in table.repairs] == [
        (1, "{broken", False),
        (32, '{"a": 1, "b"', False),
    ]
    assert "2 lines" in table.notes[0].message


def test_that_a_list_that_breaks_off_gives_the_rows_before_that(read):
    table = read(json.dumps(ROWS, indent=1)[:-80])
    assert 25 <= table.rows < 30
    assert table.notes[0].key == "json.ended_early"


def test_that_the_longest_list_is_read_and_another_can_be_chosen(read, tmp_path):
    document = {"few": ROWS[:5], "more": {"many": ROWS}}
    table = read(document)
    assert table.rows == 30
    assert [each.key for each in table.notes] == ["json.several_lists"]
    assert JSON_FILE.choices(str(tmp_path / "data.json")) == {"table": ("few", "more.many")}
    assert read(document, table="few").rows == 5


def test_that_what_holds_no_table_is_refused_in_words(refused):
    assert refused("") == "data.empty_file"
    assert refused("a,b\n1,2\n") == "json.damaged"
    assert refused('{"a": [1, 2') == "json.damaged"
    assert refused("[") == "json.damaged"
    assert refused("[]") == "table.no_rows"
    assert refused({"a": 1}) == "json.no_rows"
    assert refused([1, 2, 3]) == "table.no_rows"
    assert refused([{"a": 1}] * 9) == "table.one_column"
    assert refused("[" * 100_000) == "json.damaged"
    assert refused('{"a":' * 100_000) == "json.damaged"
    assert refused(ROWS, table="none") == "json.no_such_list"
    assert refused(AS_LINES, "data.jsonl", table="none") == "json.no_such_list"
    unlike = "\n".join(json.dumps({f"key {p}{q}": 1 for q in range(100)}) for p in range(1100))
    assert refused(unlike, "data.jsonl") == "json.too_many_names"


@pytest.mark.parametrize("shape", ["lines", "list", "document"])
def test_that_a_preview_of_many_rows_is_of_the_first_ones(tmp_path, shape):
    rows = [{"a": p, "b": p % 4} for p in range(5000)]
    path = tmp_path / "data.json"
    text = "\n".join(map(json.dumps, rows)) if shape == "lines" else json.dumps(rows)
    path.write_text(f'{{"rows": {text}}}' if shape == "document" else text)
    shown, is_all = JSON_FILE.preview(
        str(path), accept(JSON_FILE.options, {}).model_dump(), lambda stage, share: None
    )
    assert (shown.rows, is_all) == (2000, False)


def test_that_halves_of_characters_and_zero_letters_do_no_harm(read):
    rows = [
        f'{{"n\\ud800ame": "x\\ud800{p % 3}", "zero": "a\\u0000{p % 2}", "b": {p / 2}}}' for p in range(30)
    ]
    table = read("\n".join(rows), "data.jsonl")
    assert [each.name for each in table.columns] == ["n?ame", "zero", "b"]
    assert set(table.frame["n?ame"]) == {"x?0", "x?1", "x?2"}
    document = read('{"rows\\udfff": [' + ",".join(rows) + "]}")
    assert document.rows == 30
    assert document.reference.options["table"] == "rows?"
