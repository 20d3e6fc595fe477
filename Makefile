# Everything needs only Python 3.11+, pip, git and make. uv is used when it is there, never required.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEV := $(VENV)/.dev-$(shell cksum requirements-dev.lock 2>/dev/null | cut -d' ' -f1)
RUNTIME := $(VENV)/.run-$(shell cksum requirements.lock 2>/dev/null | cut -d' ' -f1)
UV := $(shell command -v uv 2>/dev/null)
CONFIG ?= config.toml
WORKERS ?= -n 2
# Byte code is kept even where the environment forbids it: the tests start Python a hundred times.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo run test test-long check format bench lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Holdspace needs Python 3.11 or newer. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

define install
	@echo "Installing from $(1) (the first time takes about half a minute)"
	@if [ -n "$(UV)" ]; then uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r $(1); \
	 else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
	@touch $@
endef

$(RUNTIME): requirements.lock | $(BIN)/python
	$(call install,requirements.lock)

$(DEV): requirements-dev.lock | $(BIN)/python
	$(call install,requirements-dev.lock)

setup: $(RUNTIME) ## install what running needs

demo: $(RUNTIME) ## show the bot at work in a local sandbox, in a browser
	@$(BIN)/python -m bot demo

run: $(RUNTIME) ## run the bot with config.toml (CONFIG=... for another)
	@$(BIN)/python -m bot --config $(CONFIG) run

test: $(DEV) ## the tests, without the long runs
	@$(BIN)/python -m pytest -q -m "not long" $(WORKERS) --dist loadfile

test-long: $(DEV) ## kill tests and simulated weeks
	@$(BIN)/python -m pytest -q -m long --timeout 300 $(WORKERS) --dist worksteal

check: $(DEV) ## format, lint, types, layers, words
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m bot prompts check

format: $(DEV) ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(DEV) ## measure; prints figures, judges nothing
	@$(BIN)/python -m bench

lock: ## write both lock files anew (needs uv)
	uv pip compile --universal --generate-hashes --no-header --quiet --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --quiet --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock

clean: ## remove what the targets made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
