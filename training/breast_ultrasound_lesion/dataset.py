"""How the breast pictures are read and prepared."""

from meddx_desktop.preprocessing.image import Presentation, Resize, StandardizeImage
from training.transfer_ensemble.pictures import Columns, Preparation

SOURCE_SIZE = 224
INPUT_SIZE = 144
POSITIVE = "malignant"

# The source had squashed every picture to a square, so a real frame must lose its aspect too.
PREPARATION = Preparation(
    source=(
        Presentation(),
        Resize(rows=SOURCE_SIZE, columns=SOURCE_SIZE, method="linear", aspect="stretch"),
    ),
    size=INPUT_SIZE,
    final=(StandardizeImage(epsilon=0.02),),
)
COLUMNS = Columns(labels=lambda row: (row["label"] == POSITIVE,))
