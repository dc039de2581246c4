"""Pages and parts of the Streamlit interface. Streamlit is imported here and in app.py, and nowhere else."""
