"""What a reviewer would say twice."""

import re
import tomllib
from pathlib import Path

import pytest

from runtime import errors as error_tree

PACKAGES = ("runtime", "streams", "detectors", "alerts", "vms")
SOURCES = [path for package in PACKAGES for path in sorted(Path(package).rglob("*.py"))]


def lines_with(pattern: str, sources: list[Path]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()}"
        for path in sources
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_there_are_sources() -> None:
    assert len(SOURCES) > 80


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_a_module_fits_in_the_head_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    assert text.startswith('"""'), "a module says in its first lines what it is"


def test_time_is_asked_for_in_one_module() -> None:
    elsewhere = [path for path in SOURCES if path != Path("runtime/clock.py") and "bench" not in path.parts]
    pattern = r"datetime\.now|datetime\.utcnow|time\.time\(|time\.monotonic\(|asyncio\.sleep\(|time\.sleep\("
    assert lines_with(pattern, elsewhere) == []


def test_sql_stands_in_store_modules() -> None:
    allowed = {"store.py", "migrations.py", "database.py", "listen.py", "postgres.py"}
    elsewhere = [path for path in SOURCES if path.name not in allowed]
    assert lines_with(r"\.(execute|fetch|fetchrow|fetchval)\(", elsewhere) == []


def test_nobody_starts_a_task_without_a_group() -> None:
    # The simulated cameras are a program of their own and keep their players in a list.
    elsewhere = [path for path in SOURCES if "demo" not in path.parts]
    assert lines_with(r"asyncio\.create_task\(|loop\.create_task\(", elsewhere) == []


def test_the_environment_is_read_by_the_settings_and_the_language_only() -> None:
    elsewhere = [path for path in SOURCES if path != Path("vms/cli/language.py")]
    assert lines_with(r"os\.environ|os\.getenv", elsewhere) == []


def test_nothing_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "manager"}
    assert [path for path in SOURCES if path.stem in vague] == []


def _errors() -> list[type[error_tree.VmsError]]:
    import importlib

    for path in SOURCES:
        if path.stem not in {"__main__", "simulator"}:
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    found, todo = [], [error_tree.VmsError]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo += kind.__subclasses__()
    return sorted(set(found), key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", _errors(), ids=lambda kind: kind.__qualname__)
def test_every_error_speaks_english_and_chinese_with_the_same_facts(kind: type[error_tree.VmsError]) -> None:
    class Anything(dict[str, object]):
        def __missing__(self, key: str) -> str:
            return f"<{key}>"

    error = kind()
    error.context = Anything()
    english, chinese = error.message("en"), error.message("zh")
    assert not re.search(r"[\u4e00-\u9fff]", english)
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert set(re.findall(r"<\w+>", chinese)) == set(re.findall(r"<\w+>", english))


def test_every_dependency_has_its_reason_in_the_readme() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))
    named = [re.split(r"[\[<>=]", line)[0] for line in project["project"]["dependencies"]]
    for group in project["dependency-groups"].values():
        named += [re.split(r"[\[<>=]", line)[0] for line in group]
    readme = Path("README.md").read_text("utf-8")
    assert [name for name in named if f"`{name}`" not in readme] == []


def test_links_in_the_documents_lead_somewhere() -> None:
    documents = [
        Path("README.md"),
        Path("CHANGELOG.md"),
        *Path().glob("*/README.md"),
        *Path("vms").glob("*/README.md"),
    ]
    broken = [
        f"{document}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text("utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert broken == []


def test_commands_in_the_readme_exist() -> None:
    readme = Path("README.md").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", Path("Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)(?!\w)", readme)) <= targets
    from vms.cli import app

    commands = {command.name for command in app.registered_commands} | {
        group.name for group in app.registered_groups
    }
    assert set(re.findall(r"(?:^|`)vms ([a-z]+)", readme, re.MULTILINE)) <= commands
