"""The tasks that a model package may declare."""

from enum import StrEnum


class Task(StrEnum):
    """What a model does; the list is closed."""

    IMAGE_CLASSIFICATION = "image-classification"
    TEXT_TAGGING = "text-tagging"
    TEXT_CLASSIFICATION = "text-classification"
    AUDIO_CLASSIFICATION = "audio-classification"
    SPEECH_TO_TEXT = "speech-to-text"
    VOICE_ACTIVITY = "voice-activity"
