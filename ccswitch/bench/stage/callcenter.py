"""mod_callcenter on the same FreeSWITCH: a queue with the same idle agents, the same music and no wrap-up; and two
numbers that answer and then hand over, one to ccswitch's entry and one to mod_callcenter."""

from __future__ import annotations

from collections.abc import Sequence

from ccswitch.bench.stage.ports import LOOPBACK
from ccswitch.bench.stage.site import ENTRY

ANSWERED, CALLCENTER = "7001", "7002"

WAYS_IN = f"""<include>
  <extension name="answered"><condition field="destination_number" expression="^{ANSWERED}$">
    <action application="answer"/><action application="transfer" data="{ENTRY} XML ccs_in"/>
  </condition></extension>
  <extension name="callcenter"><condition field="destination_number" expression="^{CALLCENTER}$">
    <action application="answer"/><action application="callcenter" data="sup@default"/>
  </condition></extension>
</include>
"""

CALLCENTER_XML = """<configuration name="callcenter.conf">
  <queues><queue name="sup@default">
    <param name="strategy" value="longest-idle-agent"/>
    <param name="moh-sound" value="local_stream://moh"/>
    <param name="time-base-score" value="system"/>
    <param name="max-wait-time" value="0"/>
    <param name="max-wait-time-with-no-agent" value="0"/>
    <param name="tier-rules-apply" value="false"/>
    <param name="discard-abandoned-after" value="1"/>
    <param name="abandoned-resume-allowed" value="false"/>
  </queue></queues>
  <agents>{agents}</agents>
  <tiers>{tiers}</tiers>
</configuration>
"""


def callcenter_files(agents: Sequence[str], phone_port: int) -> dict[str, str]:
    """What is laid over the configuration for the comparison; all agents are reached at `phone_port`."""
    staff = "".join(
        f'<agent name="{name}" type="callback" contact="sofia/external/sip:{name}@{LOOPBACK}:{phone_port}" '
        'status="Available" max-no-answer="0" wrap-up-time="0" reject-delay-time="0" busy-delay-time="0" '
        'no-answer-delay-time="0"/>'
        for name in agents
    )
    tiers = "".join(f'<tier agent="{name}" queue="sup@default" level="1" position="1"/>' for name in agents)
    return {
        "autoload_configs/callcenter.conf.xml": CALLCENTER_XML.format(agents=staff, tiers=tiers),
        "dialplan/public/90_ways_in.xml": WAYS_IN,
    }
