"""`python -m training.breast_ultrasound_lesion --data DIR [--output DIR]`."""

from training.breast_ultrasound_lesion.package import MODEL
from training.transfer_ensemble.run import run

if __name__ == "__main__":
    run(MODEL)
