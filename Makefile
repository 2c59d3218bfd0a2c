# One word for each thing one does here. All of them set the checkout up first; see CONTRIBUTING.md for Windows.
.PHONY: demo test lint bench shots soak lock installer setup
BIN := .venv/bin
# Tests and tours start hundreds of processes: without its compiled modules each takes twice as long to begin.
unexport PYTHONDONTWRITEBYTECODE

demo: ## A sample company with customers that keep arriving, and a desk to work them
	@scripts/setup.sh demo
	$(BIN)/agentdesk demo

test: setup ## All tests; narrow them with ARGS="tests/domain -k claim"
	scripts/test.sh $(ARGS)

lint: ## Style, types, and that nothing of one machine stands in a tracked file
	@scripts/setup.sh python
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_tree.py

bench: ## Every benchmark, one table; some of them with ARGS="pii assist replies"
	@scripts/setup.sh bench
	QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python tests/bench/run.py $(ARGS)

shots: setup ## The pictures of the README, and those of an agent's day
	QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/agentdesk shots --to docs/pictures
	AGENTDESK_DAY_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/stories/test_day.py

soak: setup ## The sync oracle, kills, real histories and broken frames, many more than CI has time for
	AGENTDESK_HISTORIES=$${AGENTDESK_HISTORIES:-20000} $(BIN)/python -m pytest --timeout=0 tests/sync/test_oracle.py tests/sync/test_oracle_faults.py $(ARGS)
	AGENTDESK_KILLS=$${AGENTDESK_KILLS:-200} AGENTDESK_FRAMES=$${AGENTDESK_FRAMES:-100000} AGENTDESK_EXAMPLES=$${AGENTDESK_EXAMPLES:-100} \
	AGENTDESK_REAL_HISTORIES=$${AGENTDESK_REAL_HISTORIES:-200} QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} \
	$(BIN)/python -m pytest --timeout=0 tests/stories/test_kill.py tests/stories/test_histories.py tests/server/test_fuzz_frames.py tests/server/test_openapi.py $(ARGS)

lock: ## Write requirements.lock anew from pyproject.toml, for all systems and Python versions
	@scripts/setup.sh python
	scripts/lock.sh

installer: ## The desk as a program of its own for this system, in dist/
	@scripts/setup.sh demo
	$(BIN)/python installers/build.py

setup:
	@scripts/setup.sh test
