#!lua name=trueman

-- The only writers of the two logs. Each runs whole or not at all, so numbers, times and fences cannot
-- race. Every check stands before the first write: an error answer means that nothing was written.
-- The hash keeps: command, time (last of the command log), event (last of the event log), fence.

local function number(value)
  return string.format('%.0f', value)
end

local function not_created()
  return redis.error_reply('NOLOG the log was not created, or a part of it is missing')
end

-- The time of whatever is appended now; the clock may have jumped back, the log's time never does.
local function time_after(earlier)
  local now = redis.call('TIME')
  return math.max(tonumber(now[1]) * 1000000 + tonumber(now[2]), tonumber(earlier))
end

-- keys: hash, command stream; args: count, frame. Answers {first, last}.
local function cmd_append(keys, args)
  local count = tonumber(args[1])
  local state = redis.call('HMGET', keys[1], 'command', 'time')
  if not state[1] then return not_created() end
  if not count or count < 1 then return redis.error_reply('COUNT a frame has at least one command') end
  local time = time_after(state[2])
  local first = tonumber(state[1]) + 1
  local last = first + count - 1
  local id = redis.call('XADD', keys[2], 'NOMKSTREAM', number(last) .. '-0',
    'first', number(first), 'time', number(time), 'data', args[2])
  if not id then return not_created() end
  redis.call('HSET', keys[1], 'command', number(last), 'time', number(time))
  return {first, last}
end

-- keys: hash. From now on nothing is stamped earlier than the answer's time. Answers {time, last command}.
local function log_time(keys, args)
  local state = redis.call('HMGET', keys[1], 'command', 'time')
  if not state[1] then return not_created() end
  local time = time_after(state[2])
  redis.call('HSET', keys[1], 'time', number(time))
  return {time, tonumber(state[1])}
end

-- keys: hash, event stream; args: epoch, then first, last, chain, frame of every entry. Answers the last number.
local function evt_append(keys, args)
  local state = redis.call('HMGET', keys[1], 'event', 'fence')
  if not state[1] or redis.call('EXISTS', keys[2]) == 0 then return not_created() end
  if tonumber(args[1]) < tonumber(state[2]) then
    return redis.error_reply('FENCED epoch ' .. args[1] .. ' is stale: ' .. state[2] .. ' writes now')
  end
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
  local state = redis.call('HMGET', keys[1], 'event', 'fence')
  if not state[1] then return not_created() end
  if tonumber(args[1]) < tonumber(state[2]) then
    return redis.error_reply('FENCED epoch ' .. args[1] .. ' is stale: ' .. state[2] .. ' writes now')
  end
  redis.call('HSET', keys[1], 'fence', args[1])
  return tonumber(state[1])
end

-- keys: hash, command stream, event stream. Both streams exist from now on, so an append never makes one.
local function log_create(keys, args)
  if redis.call('EXISTS', keys[1], keys[2], keys[3]) > 0 then
    return redis.error_reply('EXISTS the log was created before')
  end
  for at = 2, 3 do
    redis.call('XADD', keys[at], '0-1', 'created', '')
    redis.call('XDEL', keys[at], '0-1')
  end
  redis.call('HSET', keys[1], 'command', '0', 'time', '0', 'event', '0', 'fence', '0')
  return 1
end

redis.register_function('cmd_append', cmd_append)
redis.register_function('log_time', log_time)
redis.register_function('evt_append', evt_append)
redis.register_function('log_fence', log_fence)
redis.register_function('log_create', log_create)
