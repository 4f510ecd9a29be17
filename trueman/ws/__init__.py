"""The WebSocket interface: market streams."""
