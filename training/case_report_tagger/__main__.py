"""`python -m training.case_report_tagger --data DIR [--output DIR]`."""

from collections.abc import Sequence

from training.case_report_tagger.golden import TEXTS
from training.case_report_tagger.statement import STATEMENT
from training.tagging.corpora import BC5CDR, CASE_REPORTS, NCBI_DISEASE, NEURO_TRIALS
from training.tagging.members import Recipe
from training.tagging.road import run_road
from training.tagging.spec import OtherCorpus, TaggerSpec

SPEC = TaggerSpec(
    model_id="case-report-tagger",
    corpus=CASE_REPORTS,
    entity_types={
        "Sign_symptom": "sign",
        "Disease_disorder": "disease",
        "Medication": "medication",
        "Diagnostic_procedure": "procedure",
        "Therapeutic_procedure": "procedure",
    },
    statement=STATEMENT,
    golden=TEXTS,
    sentence_type="sign",
    companions=(BC5CDR, NCBI_DISEASE, NEURO_TRIALS),
    others=(
        OtherCorpus(NCBI_DISEASE, "dev", {"Disease_disorder": "disease"}, {"Disease": "disease"}),
    ),
    recipe=Recipe(
        epochs=2,
        batch_tokens=1000,
        learning_rate=2e-4,
        averaged=1,
        tuned_epochs=8,
        tuned_rate=1.5e-4,
        tunings=2,
    ),
    members=1,
    pieces=6000,
    learns_development=False,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, calibrate, export and check; or train the reference for comparison."""
    run_road(SPEC, arguments)


if __name__ == "__main__":
    main()
