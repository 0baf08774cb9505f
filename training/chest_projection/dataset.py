"""How the adults' films are read and prepared; their diagnoses are never read."""

from training.transfer_ensemble.pictures import Columns, prepare_whole

INPUT_SIZE = 128

PREPARATION = prepare_whole(INPUT_SIZE)
COLUMNS = Columns(labels=lambda row: (row["view"] == "AP",), attributes=("age", "sex"))
