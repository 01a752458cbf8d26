# make demo · make test · make test-long · make check · make bench · make photo-report · make faults N=1000 · make screens · make venue · make lists
SHELL := /bin/bash
.PHONY: demo test test-long check bench setup format photo-report qr-report faults fuzz screens venue lists
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Every command here starts dozens of Python processes: without bytecode each would compile the product anew.
unexport PYTHONDONTWRITEBYTECODE

setup:
	@deploy/bootstrap.sh

demo: setup
	@python -m deploy.demo $(ARGS)

# Three workers for two cores, because many tests wait; a file stays on one, everything that needs pcscd on one (tests/conftest.py).
PYTEST = pytest -n 3 --dist loadscope --no-loadscope-reorder

# The suite; with ARGS just what they name.
test: setup
	@$(PYTEST) $(if $(ARGS),$(ARGS),-m "not long")

# What the suite leaves out: the short fault matrix, booth, venue and case desk in the browser, axe on every page of the console, drawn people. CI runs both.
test-long: setup
	@$(PYTEST) -m long $(ARGS)

# The photo's accuracy on labelled faces.
photo-report: setup
	@python -m tests.photo_report $(ARGS)

# N accidents over all faults (tests/faults/matrix.py) to two real processes; `make faults SEED=… FAULT=… RUN=…` repeats one.
N ?= 1000
faults: setup
	@python -m tests.faults --runs $(N) $(if $(SEED),--seed $(SEED)) $(addprefix --fault ,$(FAULT)) $(if $(RUN),--run $(RUN)) $(ARGS)

check: setup
	@ruff check .
	@ruff format --check .
	@mypy
	@lint-imports
	@python -m schemas.rules check schemas/rules/default.toml schemas/rules/examples/*.toml

format: setup
	@ruff format .
	@ruff check --fix .

# The QR reader on a folder of labelled photographs (FILE.png beside FILE.txt), each in four rotations.
qr-report: setup
	@python -m tests.qr_report $(ARGS)

bench: setup
	@python -m tests.bench $(ARGS)

# The machine interface asked everything its OpenAPI document allows, and much that it does not: make fuzz ARGS="--each 500".
fuzz: setup
	@python -m tests.backoffice.fuzz $(ARGS)

# Every screen of the counter in seven languages, two formats, zoomed, with forced colours: a report, pictures, and exit 0 without a finding only.
screens: setup
	@python -m tests.screens $(ARGS)

# Two real kiosks, a tablet and an office; ARGS=kinds · privacy · slips for every kind of applicant, what stays of one, the paper.
venue: setup
	@python -m tests.venue $(ARGS)

# Every list of the console has all its tools, counted in a browser.
lists: setup
	@python -m tests.browser.lists $(ARGS)
