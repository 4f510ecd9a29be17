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
└── ServiceError                we can fix it; becomes a 503 and a page
    ├── LogUnavailable
    ├── LogDamaged              a gap, a fence or a lost range: the process must stop
    │   ├── Fenced
    │   └── Gap
    ├── DatabaseUnavailable
    └── OutcomeUnknown     504  the command may or may not have been decided

Anything else that escapes is a bug and crashes the process.
"""


class TruemanError(Exception):
    status: int = 500


class ClientError(TruemanError):
    status = 400


class BadInput(ClientError):
    """`field` is the name of the parameter at fault; the message says what would work."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotAuthenticated(ClientError):
    status = 401


class Forbidden(ClientError):
    status = 403


class NotFound(ClientError):
    status = 404


class Conflict(ClientError):
    status = 409


class Refused(ClientError):
    """`reason` is a number of `core.rejections`."""

    def __init__(self, reason: int, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class TooManyRequests(ClientError):
    status = 429


class ServiceError(TruemanError):
    status = 503


class LogUnavailable(ServiceError): ...


class LogDamaged(ServiceError): ...


class Fenced(LogDamaged): ...


class Gap(LogDamaged): ...


class DatabaseUnavailable(ServiceError): ...


class OutcomeUnknown(ServiceError):
    status = 504
