# Everything here makes its own virtual environment in .venv; Python 3.11 or newer and git are enough.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: install dev demo test check bench fmt clean

install: $(VENV)/.installed
dev: $(VENV)/.dev

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found: install it, or run make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making $(VENV) with $(PYTHON) …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --upgrade "pip>=25.1"

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing the program and what it needs (about 600 MB, a minute or so) …"
	@$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "Installing what tests and checks need …"
	@$(PIP) install --quiet --group dev
	@$(PIP) install --quiet --no-deps "ipycam>=1.3"
	@touch $@

demo: install
	$(BIN)/vms demo

# Most tests on all cores; then those that play whole houses in real time, which want the machine for themselves.
test: dev
	$(BIN)/python -m pytest -q -n auto --dist loadfile tests/unit tests/integration
	$(BIN)/python -m pytest --ignore tests/unit --ignore tests/integration

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture

bench: dev
	$(PIP) install --quiet --group bench
	$(BIN)/vms bench spine --json
	$(BIN)/vms bench analyse --json

fmt: dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
