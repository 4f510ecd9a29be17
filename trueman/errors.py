"""Every exception the exchange raises on purpose:

TruemanError
├── ClientError                 the caller can fix it; becomes a 4xx
│   ├── BadInput           400  names the field
│   ├── NotAuthenticated   401
│   ├── Forbidden          403
│   ├── NotFound           404
│   ├── Conflict           409
│   ├── Refused            400  carries the core's reason
│   └── TooManyRequests    429
├── ServiceError                we can fix it; becomes a 503 and a page
│   ├── LogUnavailable          nothing was written
│   ├── Overloaded              nothing was tried; come back later
│   ├── OlderThanRules          nothing was tried; a process of a newer build can tell
│   ├── LogDamaged              a gap, a fence or a lost range: the process must stop
│   │   ├── Fenced
│   │   ├── Halted              two engines disagree: nobody writes until an operator has decided
│   │   └── Gap
│   ├── DatabaseUnavailable
│   ├── ArchiveDamaged          the archive of the logs is not what was written; an operator looks, nothing is trimmed
│   ├── NotDurable              a disk failed under a file of ours: the process must stop
│   └── OutcomeUnknown     504  the command may or may not have been decided
└── StartError                  the operator can fix it; ends the program with the message alone
    └── Differs                 a command came to other results than the log says

Anything else that escapes is a bug and crashes the process.
"""


class TruemanError(Exception):
    status: int = 500
    code: int = -1000
    """The number that callers branch on, as Binance counts."""
    field: str = ""
    """The parameter at fault, when there is one."""

    def __init__(self, message: str = "", *, code: int | None = None, field: str = "") -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        if field:
            self.field = field


class ClientError(TruemanError):
    status = 400
    code = -1130


class BadInput(ClientError):
    """`field` is the name of the parameter at fault; the message says what would work."""

    code = -1102

    def __init__(self, field: str, message: str, *, code: int | None = None) -> None:
        super().__init__(message, code=code, field=field)


class NotAuthenticated(ClientError):
    status = 401
    code = -1002


class Forbidden(ClientError):
    status = 403
    code = -1002


class NotFound(ClientError):
    status = 404
    code = -1020


class Conflict(ClientError):
    status = 409


class Refused(ClientError):
    """`reason` is a number of `core.rejections`."""

    code = -2010

    def __init__(self, reason: int, message: str, *, code: int | None = None, field: str = "") -> None:
        super().__init__(message, code=code, field=field)
        self.reason = reason


class TooManyRequests(ClientError):
    """`retry_after_s` is how long to stay away."""

    status = 429
    code = -1003

    def __init__(self, message: str = "", *, code: int | None = None, retry_after_s: int = 1) -> None:
        super().__init__(message, code=code)
        self.retry_after_s = retry_after_s


class ServiceError(TruemanError):
    status = 503
    code = -1001


class LogUnavailable(ServiceError): ...


class Overloaded(ServiceError):
    """The message is for the caller. `retry_after_s` is how long to stay away."""

    code = -1008
    retry_after_s = 5


class OlderThanRules(ServiceError):
    """This process does not know the rules in force, so it judges nothing by them. The message is for the caller."""

    retry_after_s = 5


class LogDamaged(ServiceError): ...


class Fenced(LogDamaged): ...


class Halted(LogDamaged): ...


class Gap(LogDamaged): ...


class DatabaseUnavailable(ServiceError): ...


class ArchiveDamaged(ServiceError): ...


class NotDurable(ServiceError): ...


class OutcomeUnknown(ServiceError):
    status = 504
    code = -1007


NEIGHBOUR_AWAY = (LogUnavailable, DatabaseUnavailable, OutcomeUnknown)
"""What passes when a neighbour is back: whoever can wait tries again."""


class StartError(TruemanError):
    """A program cannot start as things stand; the message says to its operator what to change. Never a traceback."""


class Differs(StartError):
    """The message names the first command concerned, and both results."""
