"""MedDx Desktop: AI-assisted diagnosis that never leaves the workstation."""

__version__ = "0.1.0"
