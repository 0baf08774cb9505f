"""The first words that are commands; known before the commands themselves are loaded."""

COMMANDS = (
    "analyze",
    "inspect",
    "transcribe",
    "anonymize",
    "models",
    "associate",
    "doctor",
    "self-test",
)
