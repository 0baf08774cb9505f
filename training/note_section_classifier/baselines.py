"""What the classifier must beat on the same folds: the largest class, TF-IDF, the LSTM."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from meddx_desktop.preprocessing.tokens import tokenize
from training.note_section_classifier.dataset import Note
from training.tagging.baselines import reference_logits
from training.tagging.sentences import Sentence

Fold = tuple[NDArray[np.int64], NDArray[np.int64]]


def tfidf_answers(notes: Sequence[Note], folds: Sequence[Fold]) -> NDArray[np.int64]:
    """Return the held-out classes of TF-IDF over words and pairs with a linear SVM."""
    labels = np.array([note.label for note in notes])
    answers = np.zeros(len(notes), np.int64)
    for known, others in folds:
        features = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        model = LinearSVC(random_state=0)
        model.fit(features.fit_transform([notes[at].text for at in known]), labels[known])
        answers[others] = model.predict(features.transform([notes[at].text for at in others]))
    return answers


def reference_answers(notes: Sequence[Note], folds: Sequence[Fold]) -> NDArray[np.float64]:
    """Return the reference LSTM's held-out log odds of the first class; it knows only yes or no."""
    sentences = [_as_sentence(note) for note in notes]
    logits = np.zeros(len(notes))
    for known, others in folds:
        logits[others] = reference_logits(
            [sentences[at] for at in known], [sentences[at] for at in others], ("class",)
        )
    return logits


def _as_sentence(note: Note) -> Sentence:
    # The reference asks whether a sentence holds a mention of a kind; the mention is the answer.
    words = tokenize(note.text).words or (".",)
    first = "B-class" if note.label == 0 else "O"
    return Sentence(tuple(words), (first, *("O" for _ in words[1:])))
