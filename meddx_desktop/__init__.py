"""MedDx Desktop: AI-assisted diagnosis that never leaves the workstation."""
