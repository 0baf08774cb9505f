"""`python -m training.disease_chemical_tagger --data DIR [--output DIR]`."""

from collections.abc import Sequence

from training.disease_chemical_tagger.golden import TEXTS
from training.disease_chemical_tagger.statement import STATEMENT
from training.tagging.corpora import BC5CDR, NCBI_DISEASE
from training.tagging.road import run_road
from training.tagging.spec import OtherCorpus, TaggerSpec

SPEC = TaggerSpec(
    model_id="disease-chemical-tagger",
    corpus=BC5CDR,
    entity_types={"Disease": "disease", "Chemical": "chemical"},
    statement=STATEMENT,
    golden=TEXTS,
    sentence_type="disease",
    others=(OtherCorpus(NCBI_DISEASE, "dev", {"Disease": "disease"}, {"Disease": "disease"}),),
    uses_transformer=False,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure, calibrate, export and check; or train the reference for comparison."""
    run_road(SPEC, arguments)


if __name__ == "__main__":
    main()
