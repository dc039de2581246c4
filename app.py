"""The door for people: `streamlit run app.py` opens Recourse, and builds the knowledge base first if need be."""

import os
from pathlib import Path

import streamlit as st

from ingest.model import ready_model
from ui.frame import run

HERE = Path(__file__).resolve().parent

st.set_page_config(page_title="Recourse", layout="centered", initial_sidebar_state="collapsed")
run(
    Path(os.environ.get("KB_DIR") or HERE / ".kb"),
    HERE / "corpus",
    ready_model,
    Path(os.environ.get("EVALS_DIR") or HERE / "evals"),
)
