"""The pages of the window, one file or folder each; they do not know each other."""
