"""Makes the environment where it is missing, and opens the window."""

import sys

import interpreter  # the script's own folder is the first place where Python looks

interpreter.settle(__file__, sys.argv[1:])

import launcher  # noqa: E402 - an old Python must not even read it

if __name__ == "__main__":
    sys.exit(launcher.run(sys.argv[1:]))
