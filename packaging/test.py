"""Checks the project: lint, format, types, import rules and tests."""

import sys

import interpreter  # the script's own folder is the first place where Python looks

interpreter.settle(__file__, sys.argv[1:])

import gate  # noqa: E402 - an old Python must not even read it

if __name__ == "__main__":
    sys.exit(gate.run(sys.argv[1:]))
