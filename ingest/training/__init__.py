"""The encoder's training: `python -m ingest.training --data FOLDER` writes `kb/encoder.npz`. Not needed to run."""
