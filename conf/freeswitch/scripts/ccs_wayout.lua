-- Notes a caller whom the last resort had, when he is gone (`api_hangup_hook` of context ccs_last_resort).
--
-- A controller that comes back reads the notes (`db list/ccs_wayout`, `db select/ccs_wayout/LEG`), puts the callers into
-- its records and only then deletes them. mod_db keeps them on this node's disk. One note is
--
--     ARRIVED|SINCE|ENDED|CAUSE|CALL|ENTRY|CALLED|NUMBER|NAME
--
-- instants in seconds since the epoch, texts as %XX but for letters, digits and _ . @ + * # -. Callers choose their
-- number and name: nothing of it may be more than a text. `db select` answers 255 characters at most.

local LONGEST = 255
local SHARE = { ENTRY = 40, CALLED = 32, NUMBER = 32 }   -- what a text may take of it; the name gets what is left

local api = freeswitch.API()

local function of_leg(name)
  return env:getHeader(name) or ""
end

-- `text` in at most `most` characters, never cut inside a %XX
local function plain(text, most)
  local parts, length = {}, 0
  for i = 1, #text do
    local byte = text:sub(i, i)
    local part = byte:match("[%w_.@+*#-]") and byte or ("%%%02X"):format(byte:byte())
    length = length + #part
    if length > most then break end
    parts[#parts + 1] = part
  end
  return table.concat(parts)
end

local function seconds(microseconds)
  return ("%d"):format(math.floor((tonumber(microseconds) or 0) / 1000000))
end

local leg = of_leg("Unique-ID")
-- a switch may take the caller's Call-ID as uuid: what could be read as two arguments is not noted
if leg:match("^[%w_.@-]+$") and #leg <= 128 then
  local note = table.concat({
    seconds(of_leg("Caller-Channel-Created-Time")),
    seconds(of_leg("Caller-Profile-Created-Time")),   -- the transfer to the last resort made the profile
    api:execute("strepoch", ""),
    of_leg("variable_hangup_cause"):match("^[%u%d_]+$") or "NORMAL_UNSPECIFIED",
    plain(of_leg("variable_ccs_call"), 48),
    plain(of_leg("variable_ccs_entry"), SHARE.ENTRY),
    plain(of_leg("variable_sip_req_user"), SHARE.CALLED),
    plain(of_leg("Caller-Caller-ID-Number"), SHARE.NUMBER),
    "",
  }, "|")
  note = note .. plain(of_leg("Caller-Caller-ID-Name"), LONGEST - #note)
  api:execute("db", "insert/ccs_wayout/" .. leg .. "/" .. note)
end
