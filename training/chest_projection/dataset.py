"""How the adults' films are read and prepared; their diagnoses are never read.

`printed_words.csv` holds the words of the projection that are printed on films of the test part,
as they were read by eye from all 150, whatever the table or a model says.
"""

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from training.transfer_ensemble.pictures import Columns, Row, prepare_whole

INPUT_SIZE = 128

PRINTED = "printed words"

PREPARATION = prepare_whole(INPUT_SIZE)


@cache
def _printed_words() -> dict[str, str]:
    file = Path(__file__).with_name("printed_words.csv")
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["file"]: row["printed"] for row in csv.DictReader(rows)}


def printed_on(row: Row) -> str:
    """Return the words of the projection on a film of the test part; empty where there are none."""
    return _printed_words().get(row["file"], "")


def printed_projection(words: str) -> Sequence[bool] | None:
    """Return the label that the printed words give, None where they name no projection."""
    named = {"AP", "PA"} & set(words.split())
    return (named == {"AP"},) if len(named) == 1 else None


COLUMNS = Columns(
    labels=lambda row: (row["view"] == "AP",),
    attributes=("age", "sex"),
    derived={PRINTED: printed_on},
)
