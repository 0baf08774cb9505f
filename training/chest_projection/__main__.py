"""`python -m training.chest_projection --data DIR [--output DIR]`."""

from training.chest_projection.package import MODEL
from training.transfer_ensemble.run import run

if __name__ == "__main__":
    run(MODEL)
