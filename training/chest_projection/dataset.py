"""How the adults' films are read and prepared; their diagnoses are never read."""

from meddx_desktop.preprocessing.image import Presentation, Resize, StandardizeImage
from training.transfer_ensemble.pictures import Columns, Preparation

SOURCE_SIZE = 224
INPUT_SIZE = 128

PREPARATION = Preparation(
    source=(Presentation(), Resize(rows=SOURCE_SIZE, columns=SOURCE_SIZE, method="linear")),
    size=INPUT_SIZE,
    final=(StandardizeImage(epsilon=0.02),),
)
COLUMNS = Columns(labels=lambda row: (row["view"] == "AP",), attributes=("age", "sex"))
