"""`python -m training.condition_treatment_tagger --data DIR [--output DIR]`."""

from collections.abc import Sequence

from training.condition_treatment_tagger.golden import TEXTS
from training.condition_treatment_tagger.statement import STATEMENT
from training.tagging.corpora import BC5CDR, CASE_REPORTS, NCBI_DISEASE, NEURO_TRIALS
from training.tagging.members import Recipe
from training.tagging.road import run_road
from training.tagging.spec import OtherCorpus, TaggerSpec

SPEC = TaggerSpec(
    model_id="condition-treatment-tagger",
    corpus=NEURO_TRIALS,
    entity_types={"Condition": "condition", "Drug": "drug", "Intervention": "intervention"},
    statement=STATEMENT,
    golden=TEXTS,
    sentence_type="condition",
    companions=(BC5CDR, NCBI_DISEASE, CASE_REPORTS),
    others=(
        OtherCorpus(
            BC5CDR,
            "test",
            {"Condition": "disease", "Drug": "chemical"},
            {"Disease": "disease", "Chemical": "chemical"},
        ),
    ),
    recipe=Recipe(epochs=4, averaged=2, lowered=0.08, tuned_epochs=8, tuned_rate=1e-3),
    members=1,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, calibrate, export and check; or train the reference for comparison."""
    run_road(SPEC, arguments)


if __name__ == "__main__":
    main()
