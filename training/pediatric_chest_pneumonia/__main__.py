"""`python -m training.pediatric_chest_pneumonia --data DIR [--output DIR]`."""

from training.pediatric_chest_pneumonia.package import MODEL
from training.transfer_ensemble.run import run

if __name__ == "__main__":
    run(MODEL)
