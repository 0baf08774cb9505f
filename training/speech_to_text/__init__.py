"""Speech to text: published Whisper and Silero weights, converted, measured and packed."""
