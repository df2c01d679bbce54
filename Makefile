# Two commands: `make run` and `make test`. Both do all the set-up they need and may be repeated freely.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test bench quarter lint messages openapi assets lock audit clean

run: ## set up what is missing and serve at http://localhost:8000
	@$(PYTHON) scripts/setup.py run
	@HEADWATER_LOG_FORMAT=$${HEADWATER_LOG_FORMAT:-text} exec $(BIN)/python -m headwater serve

test: ## set up what is missing and run every check and test
	@$(PYTHON) scripts/setup.py test
	@exec $(BIN)/python scripts/check.py

bench: ## measure against the floors; SIZE=100k (default), 1M or 10M
	@$(PYTHON) scripts/setup.py run
	@exec $(BIN)/python -m bench

quarter: ## play a simulated quarter through the services; see docs/guides/simulation.md
	@$(PYTHON) scripts/setup.py test
	@HEADWATER_QUARTER_LEADS=$${HEADWATER_QUARTER_LEADS:-200000} HEADWATER_QUARTER_DAYS=$${HEADWATER_QUARTER_DAYS:-91} \
		exec $(BIN)/pytest tests/simulation -q -s -k end_of_a_quarter

lint: ## the checks without the tests; `make lint FIX=1` repairs what can be repaired
	@$(PYTHON) scripts/setup.py test
	@exec $(BIN)/python scripts/check.py --no-tests $(if $(FIX),--fix)

messages: ## collect texts to translate into the rooms' catalogues
	@$(PYTHON) scripts/setup.py test
	@exec $(BIN)/python scripts/messages.py collect

openapi: ## write docs/openapi.json anew
	@$(PYTHON) scripts/setup.py run
	@exec $(BIN)/python scripts/openapi.py write

assets: ## build styles and islands
	@$(PYTHON) scripts/setup.py assets

lock: ## resolve the dependencies anew
	@$(PYTHON) scripts/setup.py test
	@exec $(BIN)/python scripts/lock.py

audit: ## look for known weaknesses in the locked dependencies
	@$(PYTHON) scripts/setup.py test
	@exec $(BIN)/pip-audit --require-hashes --disable-pip -r requirements/core.txt

clean: ## remove what was built, not the data
	rm -rf .venv assets/node_modules headwater/ui/static/dist .mypy_cache .ruff_cache .pytest_cache
