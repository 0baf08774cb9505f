"""How the gallbladder pictures are read and prepared."""

from meddx_desktop.preprocessing.image import (
    CropRegion,
    Presentation,
    Resize,
    StandardizeImage,
)
from training.transfer_ensemble.pictures import Columns, Preparation

SOURCE_SIZE = 60
INPUT_SIZE = 96
POSITIVE = "biliary_atresia"

# The training pictures are 60 x 60. A box on a real frame holds more pixels, so it is first
# brought to the same sharpness; only then do both look alike to the network.
PREPARATION = Preparation(
    source=(
        Presentation(),
        CropRegion(margin=0.0),
        Resize(rows=SOURCE_SIZE, columns=SOURCE_SIZE, method="linear"),
    ),
    size=INPUT_SIZE,
    final=(StandardizeImage(epsilon=0.02),),
)
COLUMNS = Columns(labels=lambda row: (row["label"] == POSITIVE,))
