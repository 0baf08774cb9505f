"""`python -m training.disease_tagger --data DIR [--output DIR]`."""

from collections.abc import Sequence

from meddx_desktop.inference.manifest import ShareEmissions
from training.disease_tagger.golden import TEXTS
from training.disease_tagger.statement import STATEMENT
from training.tagging.corpora import BC5CDR, CASE_REPORTS, NCBI_DISEASE, NEURO_TRIALS
from training.tagging.members import Recipe
from training.tagging.road import run_road
from training.tagging.spec import OtherCorpus, TaggerSpec

SPEC = TaggerSpec(
    model_id="disease-tagger",
    corpus=NCBI_DISEASE,
    entity_types={"Disease": "disease"},
    statement=STATEMENT,
    golden=TEXTS,
    sentence_type="disease",
    companions=(BC5CDR, NEURO_TRIALS, CASE_REPORTS),
    others=(OtherCorpus(BC5CDR, "test", {"Disease": "disease"}, {"Disease": "disease"}),),
    recipe=Recipe(epochs=4, averaged=2, lowered=0.08, tuned_epochs=10, tuned_rate=1e-3, tunings=3),
    members=1,
    refinement=(ShareEmissions(weight=0.25, sentences=7, minimum_characters=3),),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, calibrate, export and check; or train the reference for comparison."""
    run_road(SPEC, arguments)


if __name__ == "__main__":
    main()
