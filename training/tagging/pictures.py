"""The plots of a tagger's card."""

from collections.abc import Mapping
from pathlib import Path

from training import plots
from training.metrics import Predictions
from training.tagging.figures import Found, confusion


def draw_plots(
    folder: Path,
    mentions: Mapping[str, Predictions],
    sentences: Mapping[str, Predictions],
    spans: tuple[Found, Found],
) -> None:
    """Draw precision over recall, ROC and confusion.

    Parameters
    ----------
    mentions : the found mentions of each entity type, with their log odds and whether each is
        right.
    sentences : predictions of "does the sentence mention it?" by system, ours first.
    spans : true and found mentions by entity type.
    """
    gold, found = spans
    missed = {
        name: sum(1 for one in gold for span in one if span[2] == name) - int(given.labels.sum())
        for name, given in mentions.items()
    }
    plots.plot_precision_recall(mentions, folder / "precision_recall.png", missed)
    plots.plot_roc(sentences, folder / "roc.png")
    table = confusion(gold, found, tuple(mentions))
    plots.plot_confusion(table.tolist(), (*mentions, "none"), folder / "confusion.png")
