# make run    set up, build the knowledge base if it is missing or stale, open the page on localhost:8501
# make test   set up and run every check: ruff, mypy, pytest
# make torture  kill writers, damage files, read and write at once, fuzz the readers, for an hour (make test does a little of each)
# make eval   run the question set and print the measures
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8501

.PHONY: run setup test check torture eval clean

run: setup
	$(PY) -m ingest build --if-stale
	$(PY) -m streamlit run app.py --server.port $(PORT)

setup: $(VENV)/.ready

test: check

check: $(VENV)/.ready-dev
	$(PY) -m ingest model
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PY) -m pytest

torture: $(VENV)/.ready-dev
	$(PY) -m tests.torture kill --trials 200
	$(PY) -m tests.torture together --seconds 300
	$(PY) -m tests.torture faults
	$(PY) -m tests.torture.fuzz --inputs 20000

eval: setup
	$(PY) -m ingest build --if-stale
	$(PY) -m evals run

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Recourse needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "on Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.ready: requirements.txt constraints.txt | $(VENV)/bin/python
	$(PY) -m pip install --disable-pip-version-check --quiet -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	$(PY) -m pip install --disable-pip-version-check --quiet -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .kb .models
