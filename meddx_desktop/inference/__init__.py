"""Model packages, ONNX sessions, gates, calibration and explanations."""
