"""Case item to what the eye sees: gray-scale pipeline, color maps, waveform peaks."""
