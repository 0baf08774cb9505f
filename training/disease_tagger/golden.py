"""Golden inputs: short texts written for this package, none of them from a patient or a paper."""

TEXTS = {
    "gene-and-disease.txt": "Mutations of a chloride channel were found in four families with "
    "myotonia congenita. Two relatives had epilepsy as well; none had muscular dystrophy.",
    "ward-note.txt": "SUMMARY:\nA man of 66 years with type 2 diabetes and chronic kidney "
    "disease.\n\nPROBLEMS:\n- gout\n- psoriasis\n\nNo sign of heart failure. His brother had "
    "colon cancer.",
    "abbreviations.txt": "Familial Mediterranean fever (FMF) was considered. FMF was unlikely "
    "because amyloidosis and arthritis were absent in both children.",
    "no-mentions.txt": "The committee met on Tuesday and agreed to buy two chairs for the library.",
}
