"""`python -m trainer_gui` is the same as `trainer-gui`."""

import sys

from trainer_gui.app import main

if __name__ == "__main__":
    sys.exit(main())
