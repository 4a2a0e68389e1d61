# `make explore` opens the explorer on the shipped graph; `make test` passes all tests. Both install what they need
# into .venv, and need only Python (3.11 or newer) with pip, make and git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TESTS_READY := $(VENV)/.ready-for-tests
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help explore demo test check format exports clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "phengraph needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(READY): pyproject.toml $(BIN)/python
	@echo "installing phengraph into $(VENV) (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(TESTS_READY): $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

explore: $(READY)  ## build the graph and open the explorer in the browser
	@$(BIN)/phengraph explore

demo: $(READY)  ## show a copy with made-up citations, refreshed against a stand-in of Semantic Scholar
	@$(BIN)/python -m tests.standin demo

test: $(TESTS_READY)  ## lint, types and all tests
	@$(BIN)/python build_hook.py
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: $(READY)  ## check what people wrote in graph/
	@$(BIN)/phengraph check

format: $(TESTS_READY)  ## format the code
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

exports: $(READY)  ## renew the committed exports
	@$(BIN)/phengraph export turtle -o exports/phengraph.ttl
	@$(BIN)/phengraph export catalogue -o exports/catalogue.md

clean:  ## remove everything that was made
	rm -rf $(VENV) .phengraph build dist .pytest_cache .mypy_cache .ruff_cache
