"""A whole exchange as a folder, and a whole exchange out of it again."""
