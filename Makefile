# The commands of AGIS. `make help` lists them.

# Byte-code is written once and used by every start; without it each start takes half a minute.
unexport PYTHONDONTWRITEBYTECODE

SOURCES ?= $(or $(AGIS_SOURCES),demo)
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help refresh dev test soak bench lint format lock clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/'

refresh: $(VENV)/.runtime ## fetch, build, check and publish: SOURCES=demo (default), a folder, or live
	@$(BIN)/agis refresh --sources "$(SOURCES)"

dev: $(VENV)/.runtime ## the Dagster UI on 127.0.0.1:3000, with its daemon
	@$(BIN)/agis dev $(if $(findstring command,$(origin SOURCES)),--sources "$(SOURCES)")

test: $(VENV)/.dev lint ## lint, type-check and test everything
	@$(BIN)/python -m pytest -n auto --dist loadfile

soak: $(VENV)/.dev ## the fault and load tests at their full counts
	@AGIS_SOAK=1 $(BIN)/python -m pytest -m soak

bench: $(VENV)/.dev ## wall time and memory of refresh, statistics and simulation, beside floors
	@$(BIN)/python benchmarks/refresh.py
	@$(BIN)/python benchmarks/interval_statistics.py

lint: $(VENV)/.dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/sqlfmt --check dbt_project
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev ## format Python and SQL
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/sqlfmt --quiet dbt_project

lock: ## pin all dependencies anew, with hashes (needs uv)
	uv pip compile pyproject.toml --extra build $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev $(LOCK) -o requirements-dev.lock

clean: ## remove the virtual environment (data below var/ stays)
	rm -rf $(VENV)

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-strip-extras --no-header -q

# Setting up. Hashes in the lock files decide what is installed; uv is used where it is there.

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.runtime

$(VENV)/bin/python:
	@command -v git > /dev/null || { echo "AGIS needs git. Install it, e.g.: apt-get install git" >&2; exit 1; }
	@for python in python3 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2> /dev/null; then \
	    $$python -c 'import venv, ensurepip' 2> /dev/null || { \
	      echo "AGIS needs Python's venv module. Install it, e.g.: apt-get install python3-venv" >&2; exit 1; }; \
	    $$python -m venv $(VENV) && exit 0; exit 1; \
	  fi; \
	done; \
	echo "AGIS needs Python 3.11, 3.12 or 3.13. Install it, e.g.: apt-get install python3 python3-venv" >&2; exit 1

define install
echo "Installing the pinned dependencies of $(1) (about a minute, once) ..."; \
if command -v uv > /dev/null; then \
  uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r $(1) && \
  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
else \
  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(1) && \
  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
fi
endef
