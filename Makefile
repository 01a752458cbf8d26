# make demo · make test · make check · make bench · make photo-report · make faults N=1000
SHELL := /bin/bash
.PHONY: demo test check bench setup format photo-report faults
export PATH := $(CURDIR)/.venv/bin:$(PATH)

setup:
	@deploy/bootstrap.sh

demo: setup
	@python -m deploy.demo $(ARGS)

# Two workers; a file stays on one, everything that needs pcscd on one (tests/conftest.py).
test: setup
	@pytest -n 2 --dist loadgroup $(ARGS)

# The photo's accuracy on labelled faces; the long form of the fault tests, each fault N times.
photo-report: setup
	@python -m tests.photo_report $(ARGS)

N ?= 1000
faults: setup
	@FAULTS=$(N) pytest -n 2 --dist loadgroup tests/faults $(ARGS)

check: setup
	@ruff check .
	@ruff format --check .
	@mypy
	@lint-imports

format: setup
	@ruff format .
	@ruff check --fix .

bench: setup
	@python -m tests.bench $(ARGS)
