"""Training of `condition-treatment-tagger`: conditions, drugs and other treatments."""
