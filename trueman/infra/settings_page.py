"""The settings as people read them: the reference page, made from the code so that it cannot lag behind."""

from trueman.infra.settings import Settings, environment_name

HEAD = """# Settings

Every setting is an environment variable. This page is made by `trueman settings --markdown`; a test compares.

| variable | default | meaning |
|---|---|---|
"""
SECRETS = {"database_url", "valkey_url", "simulator_secret_key"}


def as_markdown() -> str:
    rows = [
        f"| `{environment_name(name)}` | {_default(field.default)} | {' '.join((field.description or '').split())} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return HEAD + "".join(rows)


def as_lines(settings: Settings) -> str:
    """As they are now; secrets are only said to be set or not."""
    lines = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        shown = ("(set)" if value else "") if name in SECRETS else value
        lines.append(f"{environment_name(name)}={shown}\n")
    return "".join(lines)


def _default(value: object) -> str:
    if value == "":
        return "(empty)"
    return f"`{int(value) if isinstance(value, bool) else value}`"
