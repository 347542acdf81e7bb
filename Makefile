# Everything runs out of .venv, which holds exactly what requirements.lock pins.
# A target needs uv, or a Python that can install uv; it gets the rest by itself.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Which Python to make .venv with (only `make clean setup` changes it), how many test
# processes to run, and what to hand on to `stack`.
PYTHON ?= >=3.11,<3.13
JOBS ?= 2
ARGS ?=

BIN := .venv/bin
ABSOLUTE := $(CURDIR)/$(BIN)
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --max-worker-restart 0
FAST := -m "not integration and not browser"
# What a compiled copy holds: in place, the compiled modules would hide the others.
COPIED := dataflows sinks dashboard stack tests pyproject.toml README.md CHANGELOG.md \
	CONTRIBUTING.md LICENSE Makefile requirements.lock .env.sample docs
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes \
	--python-version 3.11 --group dev --no-header --no-annotate pyproject.toml

##@ setup
.PHONY: help setup lock compiled clean

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.synced ## install everything into .venv; every target does so first

lock: .venv/.synced ## pin what pyproject.toml asks for in requirements.lock
	$(COMPILE) --output-file requirements.lock

compiled: .venv/.synced ## a copy with the core compiled, in .build/compiled; needs a C compiler
	@rm -rf .build/compiled && mkdir -p .build/compiled
	@git ls-files -z --cached --others --exclude-standard -- $(COPIED) | \
		tar --null --files-from=- --ignore-failed-read --create --file=- | tar -xf - -C .build/compiled
	@cd .build/compiled && PATH="$(ABSOLUTE):$$PATH" HATCH_BUILD_HOOK_ENABLE_MYPYC=true \
		uv build --quiet --wheel --no-build-isolation --python $(ABSOLUTE)/python .
	@cd .build/compiled && $(ABSOLUTE)/python -c "from dataflows.playback import shard; \
		assert not shard.__file__.endswith('.py'), shard.__file__"

clean: ## remove whatever the other targets made, .venv included
	@rm -rf .venv .uv .run .build dist .coverage* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache tests/artifacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

##@ check
.PHONY: check lock-check format

check: .venv/.synced lock-check ## lint, format, spelling, types, import directions, lock
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

lock-check: .venv/.synced # what is pinned already stays, so only pyproject.toml can differ
	@mkdir -p .build && cp requirements.lock .build/requirements.lock
	@$(COMPILE) --output-file .build/requirements.lock
	@cmp -s requirements.lock .build/requirements.lock || \
		{ echo "requirements.lock is not what pyproject.toml asks for; run make lock"; exit 1; }

format: .venv/.synced ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

##@ test
.PHONY: test test-fast test-compiled coverage bench load dashboard-load terraform-check \
	browser

test: check browser test-compiled ## what CI runs: check, every test, the coverage gate
	$(PYTEST) --cov

test-fast: .venv/.synced ## the tests that start neither services nor a browser
	$(PYTEST) $(FAST)

test-compiled: compiled ## the tests of the flow and its core, compiled
	cd .build/compiled && $(ABSOLUTE)/python -m pytest -n $(JOBS) -q tests/dataflows

bench: compiled ## measure the compiled flow, and others beside it; ARGS="--help" tells more
	cd .build/compiled && $(ABSOLUTE)/python -m tests.benchmarks \
		--json $(CURDIR)/.build/benchmarks.json $(ARGS)

load: .venv/.synced ## load on the collector: what is lost, and how fast it is; takes ARGS
	$(BIN)/python -m tests.load.collector $(ARGS)

dashboard-load: .venv/.synced ## load on the dashboard: paint, CPU, bytes, memory; takes ARGS
	$(BIN)/python -m tests.load.dashboard $(ARGS)

coverage: .venv/.synced ## the same, with the coverage gate and .build/coverage/index.html
	$(PYTEST) $(FAST) --cov --cov-report=term --cov-report=html:.build/coverage

browser: # a Chromium for the browser tests, which skip without one, and in CI fail
	@.ci/chromium

terraform-check: .venv/.synced ## checkov over terraform/; fetches it, for it is large
	$(BIN)/uvx checkov --directory terraform --framework terraform --skip-download \
		--compact --quiet

##@ stack
.PHONY: demo services

demo: .venv/.synced ## run everything and show the dashboard; ARGS="--help" tells more
	$(BIN)/python -m stack demo $(ARGS)

services: .venv/.synced ## run only Kafka and DynamoDB Local; takes ARGS too
	$(BIN)/python -m stack services $(ARGS)

##@ docs
.PHONY: notebooks docs

notebooks: .venv/.synced ## run the notebooks, and show them in .build/notebooks
	$(BIN)/jupyter nbconvert --execute --ExecutePreprocessor.startup_timeout=300 \
		--to html --HTMLExporter.require_js_url= --HTMLExporter.mathjax_url= \
		--output-dir .build/notebooks notebooks/*.ipynb
	@sed -i.bak 's/\.ipynb"/.html"/g' .build/notebooks/*.html
	@rm .build/notebooks/*.bak

docs: .venv/.synced ## write what is generated: tables, contracts, schemas, the sample
	$(BIN)/python -m tests.settings_docs
	$(BIN)/python -m tests.metrics_docs
	$(BIN)/python -m tests.terraform.module_docs
	$(BIN)/python -m tests.terraform.costs
	$(BIN)/python -m notebooks.record
	$(BIN)/python -m tests.docs

# The rest is not for calling by hand.

.venv/.synced: requirements.lock | $(UV)
	@test -x $(BIN)/python || $(UV) venv --quiet --clear --python '$(PYTHON)' .venv
	@echo "Installing what requirements.lock pins into .venv"
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

# A virtual environment, or where Python lacks ensurepip (Debian) a plain folder: either
# has its programs in bin/. The version is the locked one.
.uv/bin/uv:
	@echo "Installing uv into .uv"
	@uv="$$(grep --only-matching '^uv==[^ ]*' requirements.lock)"; \
	{ python3 -m venv .uv && .uv/bin/python -m pip install --quiet "$$uv"; } >/dev/null || \
	{ rm -rf .uv && python3 -m pip install --quiet --target .uv "$$uv"; } || \
	{ rm -rf .uv && echo "Needs uv (https://docs.astral.sh/uv), or a python3 that has" \
		"venv or pip (on Debian: apt-get install python3-venv)" && exit 1; }
