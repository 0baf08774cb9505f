"""How the breast pictures are read and prepared."""

from training.transfer_ensemble.pictures import Columns, prepare_whole

INPUT_SIZE, TUNED_SIZE = 224, 144
POSITIVE = "malignant"

# The source had squashed every picture to a square, so a real frame must lose its aspect too.
PREPARATION = prepare_whole(INPUT_SIZE)
COLUMNS = Columns(labels=lambda row: (row["label"] == POSITIVE,))
