"""An exchange of its own that is killed, stopped and cut off on purpose, and then has to account for itself."""
