"""Ports: is one free, is somebody listening. Asked before a server starts, so that the answer can name the setting."""

import socket

from trueman.errors import StartError


def require_free(host: str, port: int, setting: str) -> None:
    """Raise StartError, naming the port and the setting that moves it, when the port is taken."""
    if not is_free(host, port):
        raise StartError(f"Port {port} on {host} is in use. Stop what listens there, or set {setting} to another port.")


def is_free(host: str, port: int) -> bool:
    with socket.socket() as listener:
        # As the servers do themselves: connections of a server that just stopped must not keep its port busy.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def is_listening(host: str, port: int, timeout_seconds: float = 1.0) -> bool:
    try:
        socket.create_connection((host, port), timeout_seconds).close()
    except OSError:
        return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket() as listener:
        listener.bind((host, 0))
        port: int = listener.getsockname()[1]
    return port
