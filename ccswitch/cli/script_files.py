"""IVR scripts as files: where they are, one by name or by path, and the tests beside them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ccswitch.cli import site
from ccswitch.cli.failures import NotFound
from ccswitch.errors import ConfigError, Problem
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import Script, Scripts
from ccswitch.ivr.steps.run import RunStep
from ccswitch.ivr.together import check_together
from ccswitch.ivr.trial import Trials
from ccswitch.ivr.trial_file import SUFFIX, parse_trials
from ccswitch.model.calendars import Almanac
from ccswitch.reading.findings import did_you_mean
from ccswitch.speech.recordings import Recordings

ENDING = ".yaml"
USUAL_PROMPTS = "/var/lib/ccswitch/prompts"
USUAL_CALENDARS = "calendars.yaml"
USUAL = "../ivr_scripts"  # as controller/config/settings.py has it


def folder() -> Path:
    """The site's folder of scripts. Its configuration is read leniently: `config check` says what is wrong."""
    return _configured("ivr", "dir", USUAL)


def almanac() -> Almanac:
    """The site's calendars. ConfigError with everything that is wrong with their file."""
    from ccswitch.controller.config.almanac import load_almanac

    return load_almanac(_configured("ivr", "calendars", USUAL_CALENDARS))


def recordings() -> Recordings:
    """The site's recorded prompts."""
    return Recordings(prompts=_configured("speech", "prompts", USUAL_PROMPTS))


def _configured(table: str, key: str, usual: str) -> Path:
    path = site.config_path()
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8")).get(table, {}).get(key, usual)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError):
        written = usual
    return (path.parent / str(written)).resolve()


def all_scripts(inside: Path) -> list[Path]:
    """The scripts of a folder, by name."""
    return sorted(path for path in inside.glob(f"*{ENDING}") if not path.name.endswith(SUFFIX))


def find(named: str) -> Path:
    """The script NAME of the site's folder, or the file at a path. Raises NotFound."""
    if named.endswith(ENDING) or "/" in named:
        if not Path(named).is_file():
            raise NotFound(f"there is no file {named}")
        return Path(named)
    inside = folder()
    path = inside / f"{named}{ENDING}"
    if not path.is_file():
        names = [known.stem for known in all_scripts(inside)]
        raise NotFound(f"there is no script {named} in {inside}; {did_you_mean(named, names) or 'it has none'}")
    return path


def load(path: Path) -> Script:
    """A script; ConfigError with everything that is wrong with it."""
    return parse_script(_read(path), str(path), name=path.stem)


def load_all(path: Path) -> tuple[Script, Scripts]:
    """A script with those that it runs, which stand beside it. ConfigError with everything that is wrong with them."""
    script = load(path)
    known: dict[str, Script] = {}
    waiting = [script]
    while waiting:
        one = waiting.pop()
        known[one.name] = one
        names = {step.script for step in one.steps.values() if isinstance(step, RunStep)} - known.keys()
        files = [path.with_name(f"{name}{ENDING}") for name in sorted(names)]
        waiting += [load(file) for file in files if file.is_file()]
    if problems := check_together(known.values()):
        raise ConfigError(problems)
    return script, lambda name, version: known.get(name)


def between(paths: list[Path]) -> list[Problem]:
    """What is wrong between the scripts at `paths` and those beside them, as far as it stands in the former."""
    problems: list[Problem] = []
    for inside in sorted({path.parent for path in paths}):
        scripts, broken = [], set()
        for path in all_scripts(inside):
            try:
                scripts.append(load(path))
            except ConfigError:
                broken.add(path.stem)
        problems += check_together(scripts, broken)
    named = {str(path) for path in paths}
    return [problem for problem in problems if problem.file in named]


def tests_of(path: Path) -> Path:
    """The file with the tests of the script at `path`, there or not."""
    return path.with_name(path.stem + SUFFIX)


def script_of(tests: Path) -> Path:
    """The script whose tests are in `tests`."""
    return tests.with_name(tests.name.removesuffix(SUFFIX) + ENDING)


def load_tests(path: Path, script: Script) -> Trials:
    """The tests of a script; ConfigError with everything that is wrong with them."""
    return parse_trials(_read(path), str(path), script=script)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(str(path), 1, 1, f"cannot be read: {error}", "save it as UTF-8")]) from error
