"""Image models from a frozen ImageNet stem: tuned members, a linear one, one ONNX graph."""
