"""What the trainings of all taggers share: corpora, words, network, members, figures, packages."""
