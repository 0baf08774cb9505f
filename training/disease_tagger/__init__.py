"""Training of `disease-tagger`: diseases by the rules of NCBI-disease."""
