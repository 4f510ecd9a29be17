#!lua name=trueman
-- version 2

-- The only writers of the two logs. Each runs whole or not at all, so numbers, times and fences cannot
-- race. Every check stands before the first write: an error answer means that nothing was written.
-- The hash keeps: ruleset (of command 1), command, time (last of the command log), event (last of the event log),
-- fence; beats, over, switch (the primary's sign of life, the epoch that ended in order, the one to be replaced);
-- standby_beats, standby_at (a standby's sign of life and where it is); halted (what engines disagree about);
-- restoring (a backup is being brought back, until an engine takes over).

local function number(value)
  return string.format('%.0f', value)
end

local function not_created()
  return redis.error_reply('NOLOG the log was not created, or a part of it is missing')
end

-- The time of whatever is appended now: the earlier of two clocks, this server's and the caller's, so that one that
-- jumped ahead lets nothing expire early. A clock may have jumped back as well; the log's time never does.
local function time_after(earlier, theirs)
  local now = redis.call('TIME')
  local ours = tonumber(now[1]) * 1000000 + tonumber(now[2])
  return math.max(math.min(ours, tonumber(theirs)), tonumber(earlier))
end

-- An engine may write when its epoch is not stale and no two engines disagree. Answers what speaks against it.
local function refusal(epoch, fence, halted)
  if halted then return redis.error_reply('HALTED ' .. halted) end
  if tonumber(epoch) < tonumber(fence) then
    return redis.error_reply('FENCED epoch ' .. epoch .. ' is stale: ' .. fence .. ' writes now')
  end
end

-- keys: hash, command stream; args: count, frame, the caller's clock. Answers {first, last}.
local function cmd_append(keys, args)
  local count = tonumber(args[1])
  local state = redis.call('HMGET', keys[1], 'command', 'time', 'halted')
  if not state[1] then return not_created() end
  if state[3] then return redis.error_reply('HALTED ' .. state[3]) end
  if not count or count < 1 then return redis.error_reply('COUNT a frame has at least one command') end
  local time = time_after(state[2], args[3])
  local first = tonumber(state[1]) + 1
  local last = first + count - 1
  local id = redis.call('XADD', keys[2], 'NOMKSTREAM', number(last) .. '-0',
    'first', number(first), 'time', number(time), 'data', args[2])
  if not id then return not_created() end
  redis.call('HSET', keys[1], 'command', number(last), 'time', number(time))
  return {first, last}
end

-- keys: hash; args: the caller's clock. Nothing is stamped earlier than the answer's time from now on. Answers {time, last command}.
local function log_time(keys, args)
  local state = redis.call('HMGET', keys[1], 'command', 'time')
  if not state[1] then return not_created() end
  local time = time_after(state[2], args[1])
  redis.call('HSET', keys[1], 'time', number(time))
  return {time, tonumber(state[1])}
end

-- keys: hash, event stream; args: epoch, then first, last, chain, frame of every entry. Answers the last number.
local function evt_append(keys, args)
  local state = redis.call('HMGET', keys[1], 'event', 'fence', 'halted')
  if not state[1] or redis.call('EXISTS', keys[2]) == 0 then return not_created() end
  local refused = refusal(args[1], state[2], state[3])
  if refused then return refused end
  local last = tonumber(state[1])
  for at = 2, #args, 4 do
    local first = tonumber(args[at])
    if first ~= last + 1 or tonumber(args[at + 1]) < first then
      return redis.error_reply('GAP the event log ends at ' .. number(last) .. ', the entry begins at ' .. args[at])
    end
    last = tonumber(args[at + 1])
  end
  for at = 2, #args, 4 do
    redis.call('XADD', keys[2], 'NOMKSTREAM', args[at + 1] .. '-0',
      'first', args[at], 'epoch', args[1], 'chain', args[at + 2], 'data', args[at + 3])
  end
  redis.call('HSET', keys[1], 'event', number(last), 'fence', args[1])
  return last
end

-- keys: hash; args: epoch. Answers the event log's last number.
local function log_fence(keys, args)
  local state = redis.call('HMGET', keys[1], 'event', 'fence', 'halted')
  if not state[1] then return not_created() end
  local refused = refusal(args[1], state[2], state[3])
  if refused then return refused end
  redis.call('HSET', keys[1], 'fence', args[1])
  redis.call('HDEL', keys[1], 'restoring')
  return tonumber(state[1])
end

-- keys: hash; args: epoch, 1 when it ends in order.
local function log_beat(keys, args)
  local state = redis.call('HMGET', keys[1], 'event', 'fence', 'halted')
  if not state[1] then return not_created() end
  local refused = refusal(args[1], state[2], state[3])
  if refused then return refused end
  redis.call('HINCRBY', keys[1], 'beats', 1)
  if args[2] == '1' then redis.call('HSET', keys[1], 'over', args[1]) end
  return 1
end

-- keys: hash; args: the last command whose result a standby found the same.
local function log_stand_by(keys, args)
  if redis.call('HEXISTS', keys[1], 'event') == 0 then return not_created() end
  redis.call('HINCRBY', keys[1], 'standby_beats', 1)
  redis.call('HSET', keys[1], 'standby_at', args[1])
  return 1
end

-- keys: hash; args: the epoch to be replaced.
local function log_ask_switch(keys, args)
  local state = redis.call('HMGET', keys[1], 'event', 'fence', 'halted')
  if not state[1] then return not_created() end
  local refused = refusal(args[1], state[2], state[3])
  if refused then return refused end
  redis.call('HSET', keys[1], 'switch', args[1])
  return 1
end

-- keys: hash; args: the epoch that was to be replaced.
local function log_take_back_switch(keys, args)
  local state = redis.call('HMGET', keys[1], 'event', 'fence', 'halted')
  if not state[1] then return not_created() end
  local refused = refusal(args[1], state[2], state[3])
  if refused then return refused end
  redis.call('HDEL', keys[1], 'switch')
  return 1
end

-- keys: hash; args: what the engines disagree about. The first reason stays.
local function log_halt(keys, args)
  if redis.call('HEXISTS', keys[1], 'event') == 0 then return not_created() end
  redis.call('HSETNX', keys[1], 'halted', args[1])
  return 1
end

-- keys: hash.
local function log_resume(keys, args)
  if redis.call('HEXISTS', keys[1], 'event') == 0 then return not_created() end
  redis.call('HDEL', keys[1], 'halted')
  return 1
end

-- keys: hash, command stream; args: first, last, time, frame of every entry of a backup. Until an engine takes over.
local function cmd_restore(keys, args)
  local state = redis.call('HMGET', keys[1], 'command', 'time', 'restoring')
  if not state[1] or redis.call('EXISTS', keys[2]) == 0 then return not_created() end
  if not state[3] then return redis.error_reply('EXISTS the log lives: nothing is restored into it') end
  local last, time = tonumber(state[1]), tonumber(state[2])
  for at = 1, #args, 4 do
    local first = tonumber(args[at])
    if first ~= last + 1 or tonumber(args[at + 1]) < first or tonumber(args[at + 2]) < time then
      return redis.error_reply('GAP the command log ends at ' .. number(last) .. ', the entry begins at ' .. args[at])
    end
    last, time = tonumber(args[at + 1]), tonumber(args[at + 2])
  end
  for at = 1, #args, 4 do
    redis.call('XADD', keys[2], 'NOMKSTREAM', args[at + 1] .. '-0',
      'first', args[at], 'time', args[at + 2], 'data', args[at + 3])
  end
  redis.call('HSET', keys[1], 'command', number(last), 'time', number(time))
  return last
end

-- keys: hash, command stream, event stream; args: ruleset, and for a restore the number and time that all before is
-- trimmed to. Both streams exist from now on, so an append never makes one.
local function log_create(keys, args)
  if redis.call('EXISTS', keys[1], keys[2], keys[3]) > 0 then
    return redis.error_reply('EXISTS the log was created before')
  end
  for at = 2, 3 do
    redis.call('XADD', keys[at], '0-1', 'created', '')
    redis.call('XDEL', keys[at], '0-1')
  end
  local last, time = args[2] or '0', args[3] or '0'
  redis.call('HSET', keys[1], 'ruleset', args[1], 'command', last, 'time', time, 'event', last, 'fence', '0')
  if args[2] then redis.call('HSET', keys[1], 'restoring', '1') end
  return 1
end

redis.register_function('cmd_append', cmd_append)
redis.register_function('log_time', log_time)
redis.register_function('evt_append', evt_append)
redis.register_function('cmd_restore', cmd_restore)
redis.register_function('log_fence', log_fence)
redis.register_function('log_create', log_create)
redis.register_function('log_beat', log_beat)
redis.register_function('log_stand_by', log_stand_by)
redis.register_function('log_ask_switch', log_ask_switch)
redis.register_function('log_take_back_switch', log_take_back_switch)
redis.register_function('log_halt', log_halt)
redis.register_function('log_resume', log_resume)
