"""The switches of the libraries that would else report their use or fetch something, all of them in one place.

Streamlit has its own in ``.streamlit/config.toml`` (``gatherUsageStats``), which it also finds beside ``app.py``.
"""

import os

SWITCHES = {
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime: keeps a device number and a queue of reports
    "HF_HUB_OFFLINE": "1",  # huggingface_hub, transformers, sentence-transformers: no look at a newer model
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "DO_NOT_TRACK": "1",
    "OTEL_SDK_DISABLED": "true",  # OpenTelemetry, which comes with Chroma
}


def stay_offline() -> None:
    """Turn the switches, whatever the caller's environment says; to be called before any of the libraries is imported,
    since some read them then."""
    os.environ.update(SWITCHES)
