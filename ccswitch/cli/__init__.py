"""The command line: nouns, then verbs. One file per noun; rooms are imported inside commands, so that help is quick.

Exit codes: 0 done, 1 refused or failed (one line says why), 2 usage, 3 nothing listens, 4 not found.

| file | what |
|---|---|
| `group.py` | nouns found when they are asked for |
| `options.py` | options that many commands share; live names for the shell's completion |
| `site.py` | where configuration, desk and token are |
| `client.py` | the desk's API over HTTP |
| `failures.py` | errors and their exit codes |
| `script_files.py`, `junit.py` | IVR scripts and their tests as files; results for CI servers |
| `sheets.py`, `times.py` | answers as tables, tab-separated lines or JSON; times for people |
"""

from __future__ import annotations

import click

from ccswitch.cli.group import Nouns

NOUNS: dict[str, tuple[str, str]] = {  # noun → where it lives, one line of help
    "serve": ("ccswitch.cli.serve:serve", "Run the controller."),
    "demo": ("ccswitch.cli.demo:demo", "A contact centre in one process: simulated FreeSWITCH, callers, agents."),
    "doctor": ("ccswitch.cli.doctor:doctor", "Find what is wrong on this host and say how to mend it."),
    "bench": ("ccswitch.cli.bench:bench", "Measure ccswitch on this machine: figures with method, sample and peer."),
    "config": ("ccswitch.cli.config:config", "Check the configuration; write what FreeSWITCH needs."),
    "db": ("ccswitch.cli.db:db", "The database's schema, and the first token."),
    "token": ("ccswitch.cli.token:token", "API tokens: who may ask the desk."),
    "node": ("ccswitch.cli.node:node", "FreeSWITCH servers."),
    "queue": ("ccswitch.cli.queue:queue", "Queues: who waits, how long, who serves."),
    "agent": ("ccswitch.cli.agent:agent", "Agents: who is there, and what they do."),
    "customer": ("ccswitch.cli.customer:customer", "Customers: who has which number; from a CSV file."),
    "calendar": ("ccswitch.cli.calendar:calendar", "Opening hours: how calendars stand; close or open one now."),
    "callback": ("ccswitch.cli.callback:callback", "Promises to call customers back: list, add, cancel."),
    "voicemail": ("ccswitch.cli.voicemail:voicemail", "Messages that callers left for a queue's agents."),
    "ivr": ("ccswitch.cli.ivr:ivr", "IVR scripts: check, draw, rehearse and test them without a phone."),
    "audit": ("ccswitch.cli.audit:audit", "Who did what: orders and what came of them."),
    "simulate": ("ccswitch.cli.simulate:simulate", "What a day would do: a scenario in virtual time, with intervals."),
    "call": ("ccswitch.cli.call:call", "Calls, live and past: where, why, what happened."),
}


@click.group(cls=Nouns, nouns=NOUNS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ccswitch", prog_name="ccswitch")
def main() -> None:
    """ccswitch turns FreeSWITCH into a contact centre.

    Listings take --json, live views --watch; tables are for terminals, other readers get tab-separated text.
    """
