# The one list of commands: people, pre-commit and CI call these targets.
# Needs Python 3.11, Node 20 with npm 10 or 11, make and git.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
HOST ?= 127.0.0.1
PORT ?= 8080
# Processes that share the tests; 0 runs them one after the other.
WORKERS ?= 2

BIN := .venv/bin
STAMPS := .venv/stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check
NPM := cd web/assets && npm
MANIFEST := web/static/dist/manifest.json
CATALOGUES := $(wildcard web/translations/*/LC_MESSAGES/messages.po)
ASSET_SOURCES := $(shell find web/assets -name node_modules -prune -o -type f -print)
CODE := bpmn engine web worker tests tools
# By whole files in their order, so that the longest piece comes first (tests/support/sharing.py).
SHARE := --numprocesses=$(WORKERS) --no-loadscope-reorder

# Lock files name versions and hashes, never the registry that they come from.
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes \
	--allow-unsafe --strip-extras --no-emit-options --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links

.PHONY: help run test check fmt lint style types contracts test-fast test-all coverage assets bench \
	notices notices-check lock install install-dev clean

help: ## list the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: install assets ## serve the demo on http://127.0.0.1:8080 (HOST and PORT change that)
	LANEWAY_DEMO=1 LANEWAY_HOST=$(HOST) LANEWAY_PORT=$(PORT) $(BIN)/laneway run

test: lint test-all coverage ## everything: lint, types, contracts, all tests, coverage gates

check: lint test-fast ## the quick part of `make test`, for every commit

fmt: install-dev ## format the code and repair what ruff can repair
	$(BIN)/ruff check --fix-only $(CODE)
	$(BIN)/ruff format $(CODE)

lint: style contracts types ## check style, spelling, import contracts and types

style: install-dev
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/codespell

contracts: install-dev ## check which package may import which
	$(BIN)/lint-imports --no-logo --no-cache

types: install-dev ## check the types
	$(BIN)/mypy

test-fast: install-dev assets
	$(BIN)/python -m pytest $(SHARE) -m "not slow and not postgres and not acceptance and not browser"

test-all: install-dev assets
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(SHARE)
	$(BIN)/coverage combine --quiet

coverage: ## hold the last test run against the coverage gates
	$(BIN)/coverage report --include='bpmn/*,engine/*' --fail-under=95
	$(BIN)/coverage report --include='web/*,worker/*' --fail-under=90

bench: install-dev ## run the benchmarks and print their figures
	$(BIN)/python -m tests.benchmarks

assets: $(MANIFEST) $(CATALOGUES:.po=.mo) ## build what the browser loads, and the translations

$(MANIFEST): $(STAMPS)/npm $(ASSET_SOURCES)
	$(NPM) run build
	@touch $@

%.mo: %.po | $(STAMPS)/runtime
	$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

$(STAMPS)/npm: web/assets/package-lock.json web/assets/.npmrc | $(BIN)/python
	@command -v npm >/dev/null || { echo "npm is missing: install Node 20 or newer." >&2; exit 1; }
	$(NPM) ci
	@mkdir -p $(STAMPS) && touch $@

notices: install-dev ## write THIRD_PARTY_NOTICES.md from the lock files
	$(BIN)/python tools/third_party_notices.py > .venv/notices
	@mv .venv/notices THIRD_PARTY_NOTICES.md

lock: install-dev ## compile the lock files (UPGRADE=--upgrade takes newer versions)
	$(COMPILE) $(UPGRADE) -o requirements-build.lock requirements-build.in
	$(COMPILE) $(UPGRADE) -o requirements.lock requirements.in
	$(COMPILE) $(UPGRADE) -o requirements-dev.lock requirements-dev.in
	$(NPM) install --package-lock-only

install: $(STAMPS)/project ## create .venv with the runtime and the laneway command

install-dev: $(STAMPS)/dev ## add the tools that tests and lint need

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11." >&2; exit 1; }
	"$(PYTHON)" -m venv .venv

$(STAMPS)/runtime: requirements.lock requirements-build.lock | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements-build.lock -r requirements.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/project: $(STAMPS)/runtime setup.cfg pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/project requirements-dev.lock
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

clean: ## remove what the targets above made, except the database
	rm -rf .venv build dist *.egg-info web/static/dist web/assets/node_modules \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage*
