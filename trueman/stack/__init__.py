"""The whole exchange on one machine: embedded servers, the six parts, the demo, and who restarts them."""
