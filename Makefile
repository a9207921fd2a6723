# `make` alone prints what there is. Only git, make and Python 3.11 or newer are needed.
.DEFAULT_GOAL := help
.PHONY: help run app test test-code test-notebooks references lint format verify lab test-lab bench calibrate torture lock clean
SHELL := /bin/sh
PYTHON ?= python3
INSTALLED := .venv/.installed
LABORATORY := .venv/.laboratory
OPTIONS :=
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export UV_SYSTEM_CERTS := 1

help:  ## Print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(INSTALLED)  ## Run the whole pipeline; ends by printing where the report is
	@segments run

app: $(INSTALLED)  ## Open the Explorer in the browser; prints its address and the first administrator's link
	@segments serve $(OPTIONS)

test: test-code test-notebooks  ## Run all tests, then the reference notebooks

# One more than there are cores: a quarter of the tests' time is spent waiting, for kernels, browsers and signals.
test-code: $(INSTALLED)
	pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist worksteal

test-notebooks: $(INSTALLED)  ## Execute the reference notebooks again and compare every number printed
	pytest --nbval tests/reference

references: $(INSTALLED)  ## Make the reference notebooks anew after a change that is meant
	python -m tests.reference.make

lint: $(INSTALLED)  ## Check style, in code and notebooks
	ruff check .
	ruff format --check .

format: $(INSTALLED)  ## Put code and notebooks into the house style
	ruff check --fix .
	ruff format .

verify: $(INSTALLED)  ## Rerun everything in a fresh clone; fails unless dvc.lock comes out the same
	pytest -n auto --dist loadfile tests/verify

lab: $(LABORATORY)  ## Open the notebooks in JupyterLab, under the same settings as the pipeline
	@.venv/bin/segments lab -- $(OPTIONS)

test-lab: $(LABORATORY)  ## Open, run and save every chapter in JupyterLab, and see that git and DVC find nothing changed
	pytest tests/lab

bench: $(INSTALLED)  ## Measure time and memory; writes BENCHMARKS.md
	python benchmarks/run.py
	python benchmarks/scale.py
	python benchmarks/choice.py
	python benchmarks/study.py
	dvc repro --quiet && python benchmarks/placing.py .
	python benchmarks/serving.py
	python benchmarks/pages.py .
	python benchmarks/load.py

calibrate: $(INSTALLED)  ## Count how often verdict, number of segments and intervals are right where the truth is known
	OMP_NUM_THREADS=1 python calibration/run.py
	OMP_NUM_THREADS=1 python calibration/claims.py $(OPTIONS)
	OMP_NUM_THREADS=1 python calibration/claims.py --best $(OPTIONS)
	OMP_NUM_THREADS=1 python calibration/intervals.py $(OPTIONS)
	OMP_NUM_THREADS=1 python calibration/trials.py $(OPTIONS)
	OMP_NUM_THREADS=1 python calibration/foretelling.py $(OPTIONS)
	OMP_NUM_THREADS=1 python -m calibration.movements

torture: $(INSTALLED)  ## Try to break it from outside, for hours; writes RELIABILITY.md
	python tests/torture/run.py

lock:  ## Resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --extra dev $(LOCK_OPTIONS) -o requirements.lock
	uv pip compile pyproject.toml --extra dev --extra lab -c requirements.lock $(LOCK_OPTIONS) -o requirements-lab.lock

clean:  ## Remove the environment and everything the pipeline made
	rm -rf .venv .staging reports/figures reports/assets reports/failed reports/*.html reports/*.csv data/raw data/interim data/processed data/models

LOCK_OPTIONS := --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

# uv where there is one and it can (ten times faster), else pip; both refuse a package whose hash is not in the lock.
define install
{ command -v uv >/dev/null && uv pip install --quiet --python .venv/bin/python --require-hashes -r $(1); } || \
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python $(MAKECMDGOALS)"; exit 1; }
	@echo "Making the environment in .venv (a minute or two, once) ..."
	@$(PYTHON) -m venv .venv
	@$(call install,requirements.lock)
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(LABORATORY): requirements-lab.lock $(INSTALLED)
	@echo "Adding JupyterLab to the environment (once) ..."
	@$(call install,requirements-lab.lock)
	@touch $@
