-- Deletes a recording whose time is over (`lua ccs_forget.lua /path/of/it.wav`): FreeSWITCH wrote it, so FreeSWITCH may.
--
-- Answers +OK, `-ERR missing` when there is no such file, or -ERR with the system's reason. The controller asks only for
-- files that it had written itself; nothing but the plain path of a recording is taken here all the same.

local MISSING = 2   -- ENOENT
local path = argv[1] or ""
if argv[2] or not path:match("^/[%w_./@=+-]+%.%w+$") or path:find("..", 1, true) then
  stream:write("-ERR that is no recording's path\n")
else
  local gone, why, code = os.remove(path)
  stream:write(gone and "+OK\n" or code == MISSING and "-ERR missing\n" or ("-ERR " .. why .. "\n"))
end
