"""Folds that keep every patient whole and share out the rare class."""

import numpy as np
from numpy.typing import NDArray


def folds_by_patient(
    patients: NDArray[np.str_], labels: NDArray[np.int64], count: int, seed: int
) -> NDArray[np.int64]:
    """Return a fold number for each item; `labels` are 0 or 1, both of shape (n,).

    Patients go one by one, those with most positive items first, to the fold that has least of
    what they bring, so that every fold has its share of both.
    """
    generator = np.random.default_rng(seed)
    names, index = np.unique(patients, return_inverse=True)
    positives = np.bincount(index, labels, len(names))
    sizes = np.bincount(index, minlength=len(names))
    shuffled = generator.permutation(len(names))
    order = shuffled[np.lexsort((-sizes[shuffled], -positives[shuffled]))]
    fold = np.zeros(len(names), np.int64)
    held = np.zeros((count, 2))
    for patient in order:
        brings = np.array([positives[patient], sizes[patient] - positives[patient]])
        weights = brings @ (held / np.maximum(1, held.sum(axis=0))).T
        fold[patient] = int(np.argmin(weights))
        held[fold[patient]] += brings
    return fold[index]
