.DEFAULT_GOAL := help
.PHONY: help run dev test lint e2e bench fresh clean

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: ## Set everything up and serve the sample agency on http://127.0.0.1:8080
	@exec scripts/run.sh

dev: ## Serve on http://127.0.0.1:8081 and follow each change of the app
	@exec scripts/dev.sh

test: ## Everything that the continuous integration runs
	@exec scripts/test.sh

lint: ## Format, clippy, house rules, contrasts, types, shell
	@exec scripts/lint.sh

e2e: ## The browser tests alone
	@exec scripts/e2e.sh

bench: ## Measure old books beside young ones, the first visit, the API
	@exec scripts/bench.sh

fresh: ## Clone into a temporary folder, then run and test as a newcomer
	@exec scripts/fresh.sh

clean: ## Remove what builds and tests left (not the data)
	@exec scripts/clean.sh
