"""Small figures for the model card, drawn without a display."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.metrics import Labels, Predictions, Scores, roc_auc, roc_points

mpl.use("Agg")
from matplotlib import pyplot as plt

SIZE = (4.2, 3.6)
INK, MUTED = "#1b4f72", "#8a8f94"


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    # Without the library's version in the file the same figures give the same bytes.
    figure.savefig(path, dpi=80, metadata={"Software": None})
    plt.close(figure)


def _axes(horizontal: str, vertical: str) -> tuple[Figure, Axes]:
    figure, axes = plt.subplots(figsize=SIZE)
    axes.set_xlabel(horizontal)
    axes.set_ylabel(vertical)
    axes.grid(alpha=0.25)
    return figure, axes


def plot_roc(curves: Mapping[str, Predictions], path: Path) -> None:
    """Draw one ROC curve a system, the first one in front."""
    figure, axes = _axes("1 - specificity", "Sensitivity")
    for place, (name, one) in enumerate(curves.items()):
        x, y, _ = roc_points(one.labels, one.logits)
        area = roc_auc(one.labels, one.logits)
        axes.plot(x, y, label=f"{name} ({area:.3f})", lw=2 if place == 0 else 1)
    axes.plot([0, 1], [0, 1], color=MUTED, lw=0.8, ls=":")
    axes.legend(loc="lower right", fontsize=7)
    _save(figure, path)


def plot_precision_recall(
    curves: Mapping[str, Predictions], path: Path, missed: Mapping[str, int] | None = None
) -> None:
    """Draw one precision-recall curve a system.

    `missed` counts the positives of a system that are no items, such as mentions never found.
    """
    figure, axes = _axes("Recall (sensitivity)", "Precision")
    for place, (name, one) in enumerate(curves.items()):
        order = np.argsort(-one.logits, kind="stable")
        found = np.cumsum(one.labels[order])
        precision = found / np.arange(1, len(found) + 1)
        positives = max(1, int(one.labels.sum()) + (missed or {}).get(name, 0))
        axes.plot(found / positives, precision, label=name, lw=2 if place == 0 else 1)
    axes.set_ylim(0, 1.02)
    axes.legend(loc="lower left", fontsize=7)
    _save(figure, path)


def plot_reliability(labels: Labels, probabilities: Scores, path: Path, bins: int = 10) -> None:
    """Draw frequency over calibrated probability, with the number of items in each bin."""
    figure, axes = _axes("Calibrated probability", "Observed frequency")
    index = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    counts = np.bincount(index, minlength=bins)
    used = counts > 0
    mean = np.bincount(index, probabilities, bins)[used] / counts[used]
    rate = np.bincount(index, labels, bins)[used] / counts[used]
    axes.plot([0, 1], [0, 1], color=MUTED, lw=0.8, ls=":")
    axes.plot(mean, rate, "o-", color=INK)
    for x, y, count in zip(mean, rate, counts[used], strict=True):
        axes.annotate(str(count), (x, y), textcoords="offset points", xytext=(4, -9), fontsize=7)
    _save(figure, path)


def plot_confusion(counts: Sequence[Sequence[int]], names: Sequence[str], path: Path) -> None:
    """Draw a confusion matrix; rows are the truth, columns what the model said."""
    figure, axes = plt.subplots(figsize=SIZE)
    table = np.asarray(counts)
    shares = table / np.maximum(1, table.sum(axis=1, keepdims=True))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        shade = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=shade)
    axes.set_xticks(range(len(names)), names, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8, rotation=90, va="center")
    axes.set_xlabel("Model")
    axes.set_ylabel("Truth")
    _save(figure, path)


def plot_learning_curves(history: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw each measure of the history over the epochs."""
    figure, axes = _axes("Epoch", "Value")
    names = sorted({name for epoch in history for name in epoch})
    for name in names:
        values = [epoch.get(name, float("nan")) for epoch in history]
        axes.plot(range(1, len(values) + 1), values, label=name)
    axes.legend(fontsize=7)
    _save(figure, path)


def plot_progress(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]], against: str, path: Path
) -> None:
    """Draw the AUC of several trainings over epochs or over seconds, which get a log axis."""
    figure, axes = _axes(against.capitalize(), "AUC, validation")
    for name, (places, values) in curves.items():
        axes.plot(places, values, "o-", ms=3, label=name)
    if against == "seconds":
        axes.set_xscale("log")
    axes.legend(fontsize=7)
    _save(figure, path)
