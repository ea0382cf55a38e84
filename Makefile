# The commands of the portal; README.md tells what they are for. Each installs what it needs first.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
PORTAL := .venv/bin/python

# Where this is set, every start compiles all modules again and takes twice as long.
unexport PYTHONDONTWRITEBYTECODE
# Another project's environment is not ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

.PHONY: run test lint messages bench screenshots clean install install-for-tests

run: install
	@exec $(PORTAL) -m dev.run

test: install-for-tests
	@exec $(PORTAL) -m pytest $(or $(ARGS),-n 2 --dist loadfile)

lint: install-for-tests
	@exec $(PORTAL) -m dev.lint

messages: install
	@exec $(PORTAL) -m dev.messages

bench: install
	@exec $(PORTAL) -m dev.bench $(ARGS)

screenshots: install-for-tests
	@exec $(PORTAL) -m dev.screenshots $(ARGS)

# Everything that was installed or made here, the demo database too. Stop `make run` first.
clean:
	@"$(PYTHON)" dev/clean.py

install:
	@"$(PYTHON)" dev/bootstrap.py run

install-for-tests:
	@"$(PYTHON)" dev/bootstrap.py test
