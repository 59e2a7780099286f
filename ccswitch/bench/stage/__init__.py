"""What benches play on. Each is a process of its own, so that what is measured shares none with what measures.

| file | what |
|---|---|
| `program.py` | a Python program as a child process that ends with us |
| `feed.py` | an event socket that pours out prepared bytes |
| `controller.py`, `watched.py` | `ccswitch serve` as a process; the same with a ticker that notes gaps of the hub |
| `pbx.py` | the simulated switch with callers and phones, told what to do line by line |
| `wire_clock.py` | stamps what passes between switch and controller |
| `freeswitch.py`, `callcenter.py` | a real FreeSWITCH in a folder of its own; mod_callcenter in it |
| `sip_clock.py` | caller and agent's phone with one clock |
| `postgres.py` | a PostgreSQL of one's own |
| `site.py`, `ports.py` | a site's files; free ports |
"""
