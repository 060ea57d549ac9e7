# The project's commands; `make help` lists them. CMake does the building.
.DEFAULT_GOAL := help
.PHONY: help setup build run test check bench fmt test-sanitize install-ruler clean

help: ## Show this list.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## Install the Debian packages that are missing.
	@scripts/setup

build: setup ## Build the optimised binary: build/release/rialto
	@cmake --preset release >/dev/null
	@cmake --build build/release --target rialto

run: ## Set up, build, start the server with a demo, and say what to type next.
	@scripts/run

test: setup ## Build everything and run all tests.
	@scripts/test release

check: setup ## The quick checks: layers, names, sizes, format.
	@scripts/check

bench: build ## Measure: the matcher, the bus beside nginx, and calling targets. Some minutes.
	@bench/ruler
	@bench/bus
	@bench/targets

fmt: ## Format the sources.
	@git ls-files 'src/*.cc' 'src/*.h' 'tests/*.cc' 'tests/*.h' 'fuzz/*.cc' 'bench/*.cc' 'bench/*.h' | xargs clang-format-19 -i

test-sanitize: setup ## All tests under ASan and UBSan, and under TSan; short fuzzing.
	@scripts/test asan
	@scripts/test tsan
	@scripts/fuzz 30

# By whatever compiler the caller has; needs nothing of `setup` but CMake and simdjson.
PREFIX ?= /usr/local
install-ruler: ## Build the matcher alone and install it for others: PREFIX=/usr/local
	@cmake -S . -B build/ruler -DRIALTO_RULER_ONLY=ON >/dev/null
	@cmake --build build/ruler -j 4
	@cmake --install build/ruler --prefix $(PREFIX)

clean: ## Remove everything that was built.
	@rm -rf build
