# Everything from Python 3.11 alone: the virtual environment is made on the first call and kept in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=

.PHONY: demo test lint check live soak lock clean bench

demo: $(VENV)/.runtime  ## a contact centre on this machine: simulated FreeSWITCH, callers, agents, SQLite
	$(BIN)/ccswitch demo

test: $(VENV)/.dev  ## all tests that need no FreeSWITCH
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not live and not soak" $(PYTEST_ARGS)

lint: $(VENV)/.dev  ## format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy ccswitch
	$(BIN)/lint-imports

check: lint test  ## everything but the real switch

live: $(VENV)/.dev  ## against a real FreeSWITCH with SIPp phones, on loopback, in a folder of its own
	$(BIN)/python -m pytest -m "live and not soak" -rs -s $(PYTEST_ARGS)

SOAK_FOR ?= 5m
SEED ?=

soak: $(VENV)/.dev  ## faults at every place of a call, SOAK_FOR of random load and faults (SEED=n again), long proofs and searches
	SEARCH=long SOAK_FOR=$(SOAK_FOR) SEED=$(SEED) $(BIN)/python -m pytest -m "soak or (hypothesis and not live)" -rs -s \
	  $(PYTEST_ARGS)

bench: $(VENV)/.dev  ## what is promised of speed, held against this machine
	$(BIN)/ccswitch bench --check

lock:  ## write the lock files anew from the ranges in setup.cfg
	$(PYTHON) -m venv --clear $(VENV)-lock && $(VENV)-lock/bin/pip install -q . && \
	  $(VENV)-lock/bin/pip freeze --exclude ccswitch > requirements.lock && \
	  $(VENV)-lock/bin/pip install -q '.[test,dev]' && \
	  $(VENV)-lock/bin/pip freeze --exclude ccswitch > requirements-dev.lock
	rm -rf $(VENV)-lock build *.egg-info

clean:
	rm -rf $(VENV) build dist *.egg-info .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/pip requirements.lock setup.cfg pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.lock
	touch $@
