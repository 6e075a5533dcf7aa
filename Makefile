# Everything on a fresh machine: `make run` shows what it does, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: help run test lint types docs bench sources smoke-cloud clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(INSTALLED) ## a walk with an invented listening history, shown on the screen
	@$(BIN)/linernotes demo

test: $(INSTALLED) lint types ## everything that has to hold
	$(BIN)/pytest -q -n 2 --dist loadfile --cov=linernotes --cov-report=term:skip-covered --cov-fail-under=85

lint: $(INSTALLED) ## style, and what style rules can find
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED) ## types
	$(BIN)/mypy

bench: $(INSTALLED) ## how fast and how small, as ratios against limits measured in the same run
	$(BIN)/python -m benchmarks

sources: $(INSTALLED) ## write dbt's sources from the contracts again
	$(BIN)/python scripts/write_sources.py

smoke-cloud: $(INSTALLED) ## what only a real Google Cloud project can show: make smoke-cloud PROJECT=your-project
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bigquery]'
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/smoke_cloud.sh "$(PROJECT)"

clean: ## remove what was made here, but not your data in .linernotes/
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*

$(INSTALLED): pyproject.toml constraints.txt
	@sh scripts/make_venv.sh "$(PYTHON)"
	@touch $@
