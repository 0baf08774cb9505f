"""Training of `case-report-tagger`: signs, diseases, medication and procedures in case reports."""
