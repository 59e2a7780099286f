-- Rescues this node's callers when no controller beats any more.
--
-- Runs every 2 s (`sched_api @2 ccs_watchdog luarun ccs_watchdog.lua`, armed by the controller at link-up, so it goes
-- on when the controller is gone). The controller sets the global variable ccs_beat to the node's own epoch each
-- second. Once the beat is older than ccs_beat_limit (5 s), every leg with ccs_claimed=true that is not in a talk is
-- sent to the way out that its own variable ccs_wayout names: EXTENSION:DIALPLAN:CONTEXT, or `hangup` for an agent's.
--
-- Whether a leg talks is asked of the channel itself (the flag behind `session:bridged()`): bridge_uuid and
-- signal_bond stay as they were when a talk is over. Nothing here reads caller names or numbers.

local LIMIT = 5          -- seconds without a beat
local FURTHEST = 600     -- a beat further ahead than any hand-over is a clock that was set back
local DEFAULT_WAY = "orphan XML ccs_orphan"

local api = freeswitch.API()

local function epoch(text)
  return tonumber(text) or 0
end

local function controller_is_gone(now)
  local beat = epoch(api:execute("global_getvar", "ccs_beat"))
  local limit = tonumber(api:execute("global_getvar", "ccs_beat_limit")) or LIMIT
  return now - beat > limit or beat - now > FURTHEST
end

-- Every channel's uuid. A switch may take the caller's Call-ID as uuid: what could be read as two arguments is left.
local function uuids()
  local rows = freeswitch.JSON():decode(api:execute("show", "channels as json")).rows or {}
  local found = {}
  for _, row in ipairs(rows) do
    if type(row.uuid) == "string" and row.uuid:match("^[%w%-_.@]+$") then
      found[#found + 1] = row.uuid
    end
  end
  return found
end

local function is_claimed(uuid)
  return api:execute("uuid_getvar", uuid .. " ccs_claimed") == "true"
end

-- answered, talking, way out; nil when the leg is gone
local function look(uuid)
  if api:execute("uuid_exists", uuid) ~= "true" then return nil end
  local leg = freeswitch.Session(uuid)
  local seen = {
    answered = leg:answered(),
    talking = leg:bridged() or leg:getVariable("current_application") == "conference",
    wayout = leg:getVariable("ccs_wayout") or "",
  }
  leg:destroy()          -- else the channel cannot end before the script does
  _G[uuid] = nil
  return seen
end

local function way(wayout)
  local extension, dialplan, context = wayout:match("^([%w_+-]+):(%a+):([%w_-]+)$")
  return extension and (extension .. " " .. dialplan .. " " .. context) or DEFAULT_WAY
end

local function rescue(uuid)
  local leg = look(uuid)
  if not leg or leg.talking then return end
  if leg.wayout == "hangup" then
    -- a phone that still rings is ended by its own originate_timeout, or taken over by a controller that comes back
    if not leg.answered then return end
    api:execute("uuid_setvar", uuid .. " ccs_claimed false")
    api:execute("uuid_kill", uuid .. " NORMAL_TEMPORARY_FAILURE")
  else
    api:execute("uuid_setvar", uuid .. " ccs_claimed false")
    api:execute("uuid_transfer", uuid .. " " .. way(leg.wayout))
  end
  freeswitch.consoleLog("warning", "ccs_watchdog: no controller, " .. uuid .. " goes to " .. leg.wayout .. "\n")
end

local now = epoch(api:execute("strepoch", ""))
if controller_is_gone(now) then
  for _, uuid in ipairs(uuids()) do
    if is_claimed(uuid) then
      local ok, err = pcall(rescue, uuid)     -- one leg that went away must not cost the others
      if not ok then freeswitch.consoleLog("err", "ccs_watchdog: " .. uuid .. ": " .. tostring(err) .. "\n") end
    end
  end
end
api:execute("global_setvar", "ccs_watchdog_ran=" .. now)
