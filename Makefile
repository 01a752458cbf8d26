# make demo · make test · make check · make bench
SHELL := /bin/bash
.PHONY: demo test check bench setup format
export PATH := $(CURDIR)/.venv/bin:$(PATH)

setup:
	@deploy/bootstrap.sh

demo: setup
	@python -m deploy.demo $(ARGS)

test: setup
	@pytest $(ARGS)

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
