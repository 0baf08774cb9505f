"""Bring your own: an ONNX file from anywhere becomes a checked, measured, signed package."""
