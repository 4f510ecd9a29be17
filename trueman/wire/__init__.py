"""The words in which the parts and the world talk: stream names, bodies, decimal text, error codes."""
