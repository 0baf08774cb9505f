"""Labels and logits of several findings side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.command_line import say
from training.metrics import Labels, Predictions, Scores, item_auc, patient_auc


@dataclass(frozen=True, slots=True, eq=False)
class PredictionTable:
    """Labels (n, findings) of 0 and 1, logits (n, findings) and patients (n,)."""

    labels: Labels
    logits: Scores
    patients: NDArray[np.str_]

    def of(self, finding: int) -> Predictions:
        """Return what belongs to one finding."""
        return Predictions(self.labels[:, finding], self.logits[:, finding], self.patients)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> "PredictionTable":
        """Return the chosen items."""
        return PredictionTable(self.labels[index], self.logits[index], self.patients[index])

    @property
    def findings(self) -> range:
        """The numbers of the findings."""
        return range(self.labels.shape[1])

    def say_aucs(self, name: str) -> None:
        """Print the AUC of each finding per image and per patient."""
        for finding in self.findings:
            one = self.of(finding)
            say(
                f"{name}, finding {finding}: AUC per image {item_auc(one):.4f}, "
                f"per patient {patient_auc(one):.4f}"
            )
