"""How the children's films are read and prepared."""

from training.transfer_ensemble.pictures import Columns, prepare_whole

INPUT_SIZE, TUNED_SIZE = 224, 128
CLASSES = ("normal", "bacterial", "viral")

# The source had squashed every film to 224 x 224, so a real film must lose its aspect too.
PREPARATION = prepare_whole(INPUT_SIZE)
COLUMNS = Columns(labels=lambda row: [row["label"] == name for name in CLASSES])
