# Everything on a fresh machine: `make run` shows what it does, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
WITH_SANDBOX := .venv/.with-sandbox
WITH_GOOGLE := .venv/.with-google
# Named to the tests only where they could be made; without them those tests are left out, and say so.
EMULATED = LINERNOTES_EMULATORS_VENV=$$(test -f .venv-emulators/.installed && echo "$$PWD/.venv-emulators") \
	LINERNOTES_ANALYZER=$$(test -f .analyzer/.installed && echo "$$PWD/.analyzer")

.PHONY: help run test test-local test-gate chaos coverage test-cloud emulators lint types docs bench generate smoke-cloud clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(WITH_SANDBOX) ## a walk with an invented listening history, shown on the screen
	@$(BIN)/linernotes demo

test: $(INSTALLED) emulators lint types ## everything that has to hold
	@test ! -f .venv-emulators/.installed || $(MAKE) --silent $(WITH_GOOGLE)
	$(EMULATED) $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

test-local: $(INSTALLED) ## the same without the emulated cloud
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not cloud"

coverage: $(INSTALLED) ## how much of the code the tests reach, without the emulated cloud
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not cloud" --cov=linernotes --cov-report=term:skip-covered --cov-fail-under=85

test-cloud: $(WITH_GOOGLE) emulators ## what talks to Google, against emulators and Google's own SQL analyzer
	$(EMULATED) $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m cloud

GATE := tests/cloud/test_analyzer.py tests/test_cloudbuild.py tests/test_bootstrap.py tests/test_image.py tests/test_configs.py \
	tests/test_contracts.py tests/test_dbt_conventions.py tests/test_generate.py tests/test_sql.py tests/test_google.py

test-gate: $(WITH_GOOGLE) emulators lint types ## what has to hold before a deployment, in some minutes
	$(EMULATED) $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(GATE)

emulators: ## make the emulators, once; what this machine cannot have is named and left out
	@sh scripts/make_emulators.sh

lint: $(INSTALLED) ## style, and what style rules can find
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint dbt_dataplatform/models
	$(BIN)/sqlfluff lint --templater placeholder src

types: $(INSTALLED) ## types
	$(BIN)/mypy

chaos: $(INSTALLED) ## kill every command at every point, and 200 times at random: make chaos KILLS=20
	$(BIN)/python -m tests.chaos

bench: $(INSTALLED) ## how fast and how small, as ratios against limits measured in the same run
	$(BIN)/python -m benchmarks

generate: $(INSTALLED) ## write what follows from configs/ again: dbt models, seeds, tables in the docs
	$(BIN)/python scripts/generate.py

smoke-cloud: $(WITH_GOOGLE) ## what only a real Google Cloud project can show: make smoke-cloud PROJECT=your-project
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/smoke_cloud.sh "$(PROJECT)"

clean: ## remove what was made here, but not your data in .linernotes/
	rm -rf .venv .venv-emulators .analyzer .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*

$(WITH_SANDBOX): pyproject.toml constraints.txt
	@sh scripts/make_venv.sh "$(PYTHON)" sandbox
	@touch $@

# With everything for the tests, the demo's libraries among them.
$(INSTALLED): pyproject.toml constraints.txt
	@sh scripts/make_venv.sh "$(PYTHON)" dev
	@touch $(WITH_SANDBOX) $@

$(WITH_GOOGLE): $(INSTALLED)
	@echo "Google's libraries take 700 MB"
	@sh scripts/make_venv.sh "$(PYTHON)" dev,bigquery
	@touch $@
