"""In which language the command line speaks: VMS_LANGUAGE (zh or en), else the locale's."""

import os

from runtime.errors import Language


def _language() -> Language:
    for name in ("VMS_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


LANGUAGE: Language = _language()


def say(en: str, zh: str) -> str:
    return zh if LANGUAGE == "zh" else en
