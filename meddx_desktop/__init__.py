"""MedDx Desktop: AI-assisted diagnosis that never leaves the workstation."""

import os

# ONNX Runtime's wheels carry a telemetry client: at import it makes a device id and a store of
# events to send in the person's cache folder. This is offline software, so the client is off
# before anything can import ONNX Runtime.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
