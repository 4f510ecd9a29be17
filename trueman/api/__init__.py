"""The REST interface: accounts, wallet, admin, and the Binance-compatible trading endpoints."""
