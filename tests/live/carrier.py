"""A carrier for a real FreeSWITCH: a gateway that leads to a phone of the test's own."""

from __future__ import annotations

from tests.live.freeswitch import free_port

CARRIER = """<profile name="carrier">
  <gateways><gateway name="carrier">
    <param name="proxy" value="127.0.0.1:{port}"/><param name="realm" value="127.0.0.1"/>
    <param name="register" value="false"/><param name="username" value="us"/><param name="password" value="x"/>
  </gateway></gateways>
  <settings>
    <param name="sip-ip" value="127.0.0.1"/><param name="rtp-ip" value="127.0.0.1"/>
    <param name="sip-port" value="{own}"/><param name="context" value="public"/>
  </settings>
</profile>
"""


def carrier(port: int) -> dict[str, str]:
    """The file, by its path in the configuration, that sends calls of gateway `carrier` to that port on loopback."""
    return {"sip_profiles/carrier.xml": CARRIER.format(port=port, own=free_port())}
