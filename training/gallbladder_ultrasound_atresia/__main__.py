"""`python -m training.gallbladder_ultrasound_atresia --data DIR [--output DIR]`."""

from training.gallbladder_ultrasound_atresia.package import MODEL
from training.transfer_ensemble.run import run

if __name__ == "__main__":
    run(MODEL)
