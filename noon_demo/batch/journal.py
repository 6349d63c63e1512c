"""What a batch has done so far, kept so that an interruption at any moment loses no photo that was done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from noon_demo.batch.rows import COLUMNS, Row
from noon_demo.errors import RequestError

FORMATS: Mapping[str, str] = {
    ".parquet": "FORMAT parquet, COMPRESSION zstd",
    ".csv": "FORMAT csv, HEADER",
    ".jsonl": "FORMAT json",
}
"""What a table may be written as, by the ending of its name."""


class JournalError(RequestError):
    """The results can't be kept; the sentence says why."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The results can't be kept: {why}. The same command goes on from here.")


class Journal:
    """The table at `out` and, beside it, a line of JSON for each photo that was done since.

    `done` holds the photos of both. Raises `ValueError` where `out` is no table of a batch.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._lines = out.with_name(f"{out.name}.partial")
        try:
            self._table()
            self._lines.touch()
            self._drop_torn_line()
            self.done = {photo for (photo,) in self._rows().project("photo").distinct().fetchall()}
        except duckdb.Error as error:
            raise ValueError(f"{out.name} holds something else than the results of a batch") from error

    def add(self, rows: list[Row]) -> None:
        """Keep the rows of a photo. Raises `JournalError`."""
        try:
            with self._lines.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"rows": rows}) + "\n")
        except OSError as error:
            raise JournalError((error.strerror or str(error)).lower()) from error

    def finish(self) -> None:
        """Make one table of the table and the lines. Raises `JournalError`."""
        unfinished = self._out.with_name(f"{self._out.name}.unfinished")
        copy = f"COPY (FROM rows) TO {_quoted(unfinished)} ({FORMATS[self._out.suffix]})"
        try:
            self._rows().query("rows", copy)
        except duckdb.Error as error:
            why = f"{unfinished.name} can't be written, perhaps since the disk is full"
            raise JournalError(why) from error
        unfinished.replace(self._out)
        self._lines.unlink()

    def counts(self) -> dict[str, int]:
        """How many photos the finished table has of each status, and how many foods."""
        table = self._table()
        assert table is not None
        statuses = table.aggregate("status, count(DISTINCT photo)").fetchall()
        foods = table.aggregate("count(food)").fetchall()[0][0]
        return {"food": 0, "no food": 0, "failed": 0, **dict(statuses), "foods": foods}

    def _rows(self) -> duckdb.DuckDBPyRelation:
        """All rows. Where a process ended between the two steps of `finish`, the lines are in the table."""
        table, lines = self._table(), self._noted()
        if table is None:
            return lines
        return table.union(lines.join(table, "photo", "anti"))

    def _noted(self) -> duckdb.DuckDBPyRelation:
        row = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
        columns = {"rows": f"STRUCT({row})[]"}
        noted = duckdb.read_json(str(self._lines), columns=columns, format="newline_delimited")
        return noted.project("unnest(rows, max_depth := 2)")

    def _table(self) -> duckdb.DuckDBPyRelation | None:
        if not self._out.exists():
            return None
        path, columns = str(self._out), dict(COLUMNS)
        match self._out.suffix:
            case ".parquet":
                table = duckdb.read_parquet(path)
            case ".csv":
                table = duckdb.read_csv(path, header=True, columns=columns)
            case _:
                table = duckdb.read_json(path, columns=columns, format="newline_delimited")
        return table.project(", ".join(f'"{name}"' for name in COLUMNS))

    def _drop_torn_line(self) -> None:
        """Cut off a line that the process was killed in."""
        text = self._lines.read_bytes()
        with self._lines.open("r+b") as file:
            file.truncate(text.rfind(b"\n") + 1)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
