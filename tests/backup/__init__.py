"""Backup and restore with real servers."""
