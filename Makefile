# Two commands matter: `make up` and `make test`. Each installs what it needs, once.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
COMPILED := setup.py pyproject.toml trueman/build.py $(wildcard trueman/core/*.py bench/replay.py)
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: help up test test-python test-long test-client check build bench lock clean

help:
	@echo 'make up      start the whole exchange and print where to look; Ctrl-C stops it'
	@echo 'make test    every check and every test'
	@echo 'make test-long  for hours: ten million commands, every seeded bug, thousands of simulated days'
	@echo 'make check   linters, types and import contracts alone'
	@echo 'make build   compile the core again (TRUEMAN_TRAINED=0: once; TRUEMAN_UNCOMPILED=1: run it from source)'
	@echo 'make bench   every benchmark'
	@echo 'make lock    pin the newest versions that pyproject.toml allows'
	@echo 'make clean   remove all that was installed or built; .data stays'

up: $(STAMPS)/built
	@exec $(BIN)/trueman up

test: check test-client test-python

test-python: $(STAMPS)/dev $(STAMPS)/built $(STAMPS)/browser
	$(BIN)/python -m pytest

# Core and naive twin over ten million commands, a million through queues, every seeded bug, hypothesis at length.
test-long: $(STAMPS)/dev $(STAMPS)/built
	TRUEMAN_LONG=1 TRUEMAN_TWIN_SEEDS=200 TRUEMAN_TWIN_COMMANDS=50000 \
		$(BIN)/python -m pytest --timeout=3600 --durations=10 \
		tests/chaos tests/core tests/defences tests/fuzz tests/golden tests/mutants tests/overload tests/reference
	$(BIN)/python -m pytest --timeout=3600 --durations=10 tests/simulation
	$(BIN)/python -m tests.simulation 1001 6001

test-client: $(STAMPS)/built
	$(BIN)/python -m trueman.stack.npm test

check: $(STAMPS)/dev $(STAMPS)/built
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_tidy.py
	$(BIN)/python -m trueman.stack.npm run lint
	$(BIN)/python -m trueman.stack.npm run typecheck

build:
	@rm -f $(STAMPS)/built
	@$(MAKE) --no-print-directory $(STAMPS)/built

bench: $(STAMPS)/dev $(STAMPS)/built
	$(BIN)/trueman bench all

lock: $(STAMPS)/installed
	$(LOCK) pyproject.toml --extra build -o requirements.lock $(LOCK_OPTIONS)
	$(LOCK) pyproject.toml --extra build --extra dev -c requirements.lock -o requirements-dev.lock $(LOCK_OPTIONS)
	grep '^uv==' requirements-uv.lock | sed 's/ .*//' | $(LOCK) - -o requirements-uv.lock

clean:
	rm -rf $(VENV) build *.egg-info client/node_modules client/.next trueman/core/*.so bench/*.so *.so
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: any Python from 3.11 on; uv installs in seconds, pip where uv cannot (it knows the machine's settings).

$(STAMPS)/venv:
	@install/make-venv $(VENV)
	@mkdir -p $(STAMPS)
	@touch $@

$(STAMPS)/installed: requirements-uv.lock requirements.lock | $(STAMPS)/venv
	@echo 'Installing the Python packages …'
	@install/install-locked $(VENV) requirements.lock
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/installed
	@echo 'Installing what tests and checks need …'
	@install/install-locked $(VENV) requirements-dev.lock
	@touch $@

$(STAMPS)/built: $(COMPILED) $(STAMPS)/installed
	@install/build-core $(VENV)
	@touch $@

$(STAMPS)/browser: | $(STAMPS)/venv
	@install/find-browser $(VENV)
	@touch $@
