"""Files that people write: read with the place of every word, and with everything that is wrong told at once.

| file | what |
|---|---|
| `findings.py` | what is wrong, where, and how to mend it |
| `yaml_nodes.py` | YAML without its traps |

Whoever has a language of his own (scripts in `ivr/`, scenarios in `planning/`) builds it on these.
"""
