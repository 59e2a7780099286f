-- Answers the switch's questions for agents' SIP accounts from mod_db, which the controller fills over ESL
-- (`db insert/ccs_agent/USER/HASH`, HASH = MD5 of user:domain:password). It is on the node's disk, so phones
-- register while the controller is away and after a restart of the switch.
--
-- Whoever is not there is left to the files under directory/.

local function answer()
  if XML_REQUEST["section"] ~= "directory" or params == nil then return nil end
  local user = params:getHeader("user") or params:getHeader("key") or ""
  local domain = params:getHeader("domain") or ""
  -- both come from the network; a slash would be another argument of `db`
  if not user:match("^[%w_.%-]+$") or #user > 64 then return nil end
  if not domain:match("^[%w_.%-:]+$") or #domain > 255 then return nil end
  local hash = freeswitch.API():execute("db", "select/ccs_agent/" .. user)
  if not hash:match("^%x+$") or #hash ~= 32 then return nil end
  return ([[
<document type="freeswitch/xml">
  <section name="directory">
    <domain name="%s">
      <params>
        <param name="dial-string" value="{^^:sip_invite_domain=${dialed_domain}:presence_id=${dialed_user}@${dialed_domain}}${sofia_contact(*/${dialed_user}@${dialed_domain})}"/>
      </params>
      <users>
        <user id="%s">
          <params>
            <param name="a1-hash" value="%s"/>
          </params>
          <variables>
            <variable name="user_context" value="ccs_in"/>
            <variable name="force_transfer_context" value="ccs_transfer"/>
          </variables>
        </user>
      </users>
    </domain>
  </section>
</document>]]):format(domain, user, hash:lower())
end

XML_STRING = answer()
