# The Python to make the environment with; 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= build/sample

.DEFAULT_GOAL := help

help:  ## Show the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 22

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

setup: $(VENV)/.installed  ## Make .venv with the locked dependencies and the project.

run: setup  ## Build the sample rounds and show what came out.
	$(BIN)/dtm build sample_data/lists --data $(DATA) --accept-exceptions "planted by the sample generator"
	$(BIN)/dtm status --data $(DATA)
	@echo
	@echo "Next:  $(BIN)/dtm sql \"from national_summary\" --data $(DATA)"
	@echo "       $(BIN)/dtm export idp_master_list --round 120 --format xlsx -o build/idp-120.xlsx --data $(DATA)"
	@echo "       $(BIN)/dtm build YOUR-LISTS/ --data build/mine"

test: setup  ## Run all tests.
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

$(VENV)/.browser: $(VENV)/.installed requirements-browser.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-browser.lock
	touch $@

browser: $(VENV)/.browser  ## Run the tests of the catalogue page in Chromium.
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 \
		|| { echo "Chromium is not here and cannot be installed: as root, apt-get install chromium fonts-noto-core, then make browser again."; exit 1; }
	DTM_BROWSER=required $(BIN)/python -m pytest tests/browser

unit: setup  ## Run the quick tests only.
	$(BIN)/python -m pytest -n auto tests/unit tests/contract tests/spec

lint: setup  ## Check style and format.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

generate: setup  ## Write the derived files again: dictionary and suites.
	$(BIN)/python -m flows.generate

bench: setup  ## Measure the build against its floor and a plain pandas script.
	$(BIN)/python benchmarks/build.py

lock: setup  ## Pin the newest allowed dependencies, with hashes and without index addresses.
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras -o requirements.lock requirements.in

.venv-compat/.installed: requirements-compat.lock
	$(PYTHON) -m venv .venv-compat
	.venv-compat/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-compat.lock
	touch $@

compat: setup .venv-compat/.installed  ## Read a release of the sample with what partners use: DuckDB 1.5, Polars, pandas, frictionless, dtmapi.
	test -e $(DATA)/manifest.json || $(MAKE) run
	$(BIN)/python -m tests.compat.release_folder $(DATA) build/compat
	DTM_COMPAT_RELEASE=build/compat .venv-compat/bin/python -m pytest tests/compat --confcutdir tests/compat

lock-compat: setup  ## Pin what the compatibility tests read a release with.
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras -o requirements-compat.lock requirements-compat.in

lock-browser: setup  ## Pin what the tests in a browser need, likewise.
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras -o requirements-browser.lock requirements-browser.in

clean:  ## Remove what was built.
	rm -rf build $(VENV)

.PHONY: help setup run test browser unit lint generate bench lock compat lock-compat lock-browser clean
