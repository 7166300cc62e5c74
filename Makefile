# Each target stands alone: `make demo` and `make test` set up whatever they need, inside this folder.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3.11
BIN := .venv/bin

# Caches lie inside the clone; nothing phones home.
export UV_CACHE_DIR := $(CURDIR)/var/cache/uv
export PIP_CACHE_DIR := $(CURDIR)/var/cache/pip
export XDG_CACHE_HOME := $(CURDIR)/var/cache/xdg
export XDG_CONFIG_HOME := $(CURDIR)/var/cache/config
export PRE_COMMIT_HOME := $(CURDIR)/var/cache/pre-commit
export AIRFLOW_HOME := $(CURDIR)/var/airflow
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export DO_NOT_TRACK := 1
# Compiled modules are kept, whatever the surroundings say: without them each process spends seconds on compiling dbt and Airflow anew.
export PYTHONDONTWRITEBYTECODE :=

# Debian packages: what WeasyPrint draws with, and Python's own venv. A package is missing when its file is.
# (grep reads to the end on purpose: `grep -q` would end ldconfig by a closed pipe.)
APT_PACKAGES := $(shell \
  ldconfig=$$(command -v ldconfig || echo /sbin/ldconfig); \
  $$ldconfig -p | grep 'libpango-1.0.so.0' >/dev/null || echo libpango-1.0-0; \
  $$ldconfig -p | grep 'libpangoft2-1.0.so.0' >/dev/null || echo libpangoft2-1.0-0; \
  $$ldconfig -p | grep 'libharfbuzz-subset.so.0' >/dev/null || echo libharfbuzz-subset0; \
  $(PYTHON) -c 'import ensurepip' 2>/dev/null || echo python3.11-venv)

missing = $(shell command -v $(1) >/dev/null || echo $(2))

# Install Debian packages as root or with sudo; without either, say the exact command and stop.
define apt_install
if [ -n "$(strip $(2))" ]; then \
  if [ "$$(id -u)" = 0 ]; then run=; elif command -v sudo >/dev/null; then run=sudo; else \
    echo "Packages are missing. As root, type: apt-get install -y $(strip $(2))"; exit 1; fi; \
  echo "Installing $(1): $(strip $(2))"; \
  $$run apt-get update -qq && $$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(strip $(2)) >/dev/null; \
fi
endef

.PHONY: help demo test test-all lint format up gallery metrics lock setup system tools tools-all clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: setup ## Make a demo company's exports and send its report the whole way; names the files to open
	@$(BIN)/rapport demo

test: setup tools lint ## Run the linters and the tests (about ten minutes on two cores)
	@$(BIN)/python -m pytest -m "not slow"

test-all: setup tools-all lint ## Run every test, the slow ones too (every crash point, every dbt model)
	@$(BIN)/python -m pytest

lint: setup ## Check style: ruff for Python, sqlfluff for SQL
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/sqlfluff lint -q --processes 2 dbt_project/models dbt_project/tests

format: setup ## Mend style
	@$(BIN)/ruff check -q --fix .
	@$(BIN)/ruff format -q .
	@$(BIN)/sqlfluff fix -q --processes 2 dbt_project/models dbt_project/tests

up: setup ## Start Airflow (scheduler and web page) on 127.0.0.1:8080 with the project's DAGs
	@$(BIN)/python -m rapport.airflow

gallery: setup ## Picture every page of every report (PDF, screens, mail) in var/gallery, and name what is wrong
	@$(BIN)/python -m rapport.editions.gallery

metrics: setup ## Write the metrics' catalogue and versions anew (docs/analysts/metrics*.md); SAME=1: changed in form only
	@$(BIN)/python -m rapport.metrics.written $(if $(SAME),--same-meaning)

lock: setup ## Resolve the dependencies again into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --override <(echo "dbt-core-experimental-parser; sys_platform == 'never'") -q -o requirements.lock
	@echo uv | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate -q -o bootstrap.lock

setup: system .venv/installed ## Install everything, once; quick when nothing changed

system:
	@$(call apt_install,system libraries,$(APT_PACKAGES))

# What only tests need: readers' own programs, to look at pages and workbooks as they do.
tools:
	@$(call apt_install,what the tests look at pages with,$(call missing,pdftoppm,poppler-utils) $(call missing,chromium,chromium))

tools-all: tools
	@$(call apt_install,what the slow tests look at workbooks with,$(call missing,soffice,libreoffice-calc-nogui))

.venv/installed: requirements.lock bootstrap.lock pyproject.toml
	@echo "Installing into .venv (about 800 MB; minutes the first time, seconds later) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -q --require-hashes -r bootstrap.lock
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install -q --no-deps --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

clean: ## Remove what runs made (var/), keep the installation and caches
	@find var -mindepth 1 -maxdepth 1 ! -name cache -exec rm -rf {} + 2>/dev/null || true
