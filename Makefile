# make demo and make test do all their own set-up: .venv is made and filled when its list of packages changes.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test lint types tests quality bench format lock clean

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

.venv/base: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Congtin needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

.venv/test: .venv/base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	touch $@

# What replays and validates the WACZ files that are exported, and an object store on loopback: an environment of its own, for other
# libraries than ours. pywb imports pkg_resources, which setuptools 81 took away.
.venv/replay: .venv/test
	test -x $@/bin/python || $(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check 'setuptools<81' 'pywb>=2.9' 'wacz>=0.6' \
	  'moto[s3]>=5.1' 'flask>=3' 'flask-cors>=5'
	touch $@

# The other readers of articles, for the benchmark. An older pip than they need cannot choose among their extras.
.venv/bench: .venv/test
	test -x $@/bin/python || $(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$@/bin/python -m pip install --quiet --disable-pip-version-check 'trafilatura>=2.1' 'newspaper4k>=0.9.4' 'news-please>=1.6.16'
	touch $@

bench: .venv/bench  ## measure everything beside something else; the page is docs/benchmarks.md
	$(BIN)/python benchmarks/all.py --peers .venv/bench/bin/python --write $(if $(SMALL),.venv/benchmarks.md --small,docs/benchmarks.md)

demo: .venv/base  ## crawl the built-in portal into congtin-archive and search it
	$(BIN)/congtin demo

test: lint types tests  ## everything: lint, types, tests

lint: .venv/test
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

types: .venv/test
	$(BIN)/mypy

tests: .venv/test .venv/replay
	$(BIN)/python -m pytest -q -n auto

quality: .venv/test  ## how well the golden pages are read, against the floors of quality/floors.toml
	$(BIN)/python -m quality

format: .venv/test  ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/test  ## choose newer versions for constraints.txt
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --upgrade --all-extras --no-header --no-annotate --no-emit-index-url \
	  pyproject.toml --output-file constraints.txt

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
