"""Every preprocessing operation that a package may declare, as one closed union."""

from typing import Annotated

from pydantic import Field

from meddx_desktop.preprocessing.audio import AudioOperation
from meddx_desktop.preprocessing.image import ImageOperation
from meddx_desktop.preprocessing.text import TextOperation

PreprocessingOperation = Annotated[
    ImageOperation | AudioOperation | TextOperation, Field(discriminator="op")
]
