-- Judges a slice, and counts what it lets pass, in one call: frequency limits and the guard.
--
-- An entry of a number is `microseconds:letter:content;`. Whatever is older than the longest limit
-- is left out whenever a number is written, so that a counter holds no more than the limits allow.
local now, longest, letter = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local sub = string.sub
local generation = redis.call('GET', KEYS[1])
if not generation or ARGV[4] == '1' then
    generation = now
    redis.call('SET', KEYS[1], generation)
end
local moment = tonumber(now)
local oldest = moment - longest * 1000000
-- Too new to be trusted: somebody may not have noticed yet that the old counters are gone.
local trusted_after = tonumber(ARGV[12])
if trusted_after > 0 and moment - tonumber(generation) < trusted_after then return '!' end
local is_young = tonumber(generation) > oldest
    and redis.call('EXISTS', 'frequency:filled:' .. generation .. ':all',
                   'frequency:filled:' .. generation .. ':' .. ARGV[5]) == 0
-- A number has its counter among those of the day of its last message: a day and the one before
-- hold all that counts. Days by the server's clock: those of requests need not be in their order.
local prefix = 'frequency:' .. generation .. ':' .. ARGV[5] .. ':'
local day = math.floor(redis.call('TIME')[1] / 86400)
local today, yesterday = prefix .. day, prefix .. (day - 1)
local limits = {}
for kind, most, since, own in string.gmatch(ARGV[6], '(%a+)/(%d+)/(%d+)/(%d)') do
    limits[#limits + 1] = {kind, tonumber(most), tonumber(since), own == '1'}
end
local numbers, contents, seeds = {}, {}, {}
for number in string.gmatch(ARGV[7], '[^,]+') do numbers[#numbers + 1] = number end
for content in string.gmatch(ARGV[8], '[^,]+') do contents[#contents + 1] = content end
for seed in string.gmatch(ARGV[10], '[^,]+') do seeds[#seeds + 1] = seed end

-- A limit of the guard has one counter, which expires; or one for each segment of numbers, all in
-- the hash of a span of the clock, so that a slice of many segments costs two calls. `left` says
-- how many messages a counter still takes, by its name; the name of the only one is ''.
local guards, segments = {}, {}
local function segment_of(number)
    return sub(number, 1, 3) == '+86' and sub(number, 4, 10) or sub(number, 2, 8)
end
local function begin(guard, names, counts)
    for i = 1, #names do
        guard.left[names[i]] = guard.most - tonumber(counts[i] or 0)
        guard.before[i] = guard.left[names[i]]
    end
    guard.names = names
end
local function names_of_segments()
    local names, known = {}, {}
    for i = 1, #numbers do
        local segment = segment_of(numbers[i])
        segments[i] = segment
        if not known[segment] then
            known[segment] = true
            names[#names + 1] = segment
        end
    end
    return names
end
for each, most, span, key in string.gmatch(ARGV[11], '(%d)/(%d+)/(%d+)/([^,]+)') do
    local guard = {key = key, most = tonumber(most), span = tonumber(span), left = {}, before = {}}
    if each == '1' then
        guard.has_segments = true
        guard.key = key .. math.floor(moment / 1000000 / guard.span)
        local names = names_of_segments()
        begin(guard, names, redis.call('HMGET', guard.key, unpack(names)))
    else
        begin(guard, {''}, {redis.call('GET', key)})
    end
    guards[#guards + 1] = guard
end

-- The first guard limit that one more message would pass, as a letter; else it is counted in all.
local function guarded(i)
    for n = 1, #guards do
        local guard = guards[n]
        if guard.left[guard.has_segments and segments[i] or ''] <= 0 then
            return string.char(64 + n)
        end
    end
    for n = 1, #guards do
        local guard = guards[n]
        local name = guard.has_segments and segments[i] or ''
        guard.left[name] = guard.left[name] - 1
    end
    return nil
end

-- The first frequency limit that one more message would break, as a letter.
local function breached(value, content, is_excepted, kept)
    local counts = {}
    for at, kind, what in string.gmatch(value, '(%d+):(%a):(%x+);') do
        local instant = tonumber(at)
        if instant > oldest then
            kept[#kept + 1] = at .. ':' .. kind .. ':' .. what .. ';'
            for n, limit in ipairs(limits) do
                if instant > limit[3] and (limit[1] == 'any'
                    or (limit[1] == 'type' and kind == letter)
                    or (limit[1] == 'content' and what == content)) then
                    counts[n] = (counts[n] or 0) + 1
                end
            end
        end
    end
    for n, limit in ipairs(limits) do
        if (counts[n] or 0) >= limit[2] and not (limit[4] and is_excepted) then
            return string.char(96 + n)
        end
    end
    return nil
end

-- What is known of each number: what this slice added, else of today, else of yesterday.
local newest, older, changed, written, answers = {}, {}, {}, {}, {}
if #limits > 0 then
    newest = redis.call('HMGET', today, unpack(numbers))
    if redis.call('EXISTS', yesterday) == 1 then
        older = redis.call('HMGET', yesterday, unpack(numbers))
    end
end
local shared = now .. ':' .. letter .. ':' .. contents[1] .. ';'
for i = 1, #numbers do
    local number, content, entry = numbers[i], contents[1], shared
    if #contents > 1 then
        content = contents[i]
        entry = now .. ':' .. letter .. ':' .. content .. ';'
    end
    local value = changed[number] or newest[i] or older[i]
    if not value and seeds[i] then value = string.sub(seeds[i], 2) end
    if #limits == 0 then
        answers[i] = guarded(i) or '.'
    elseif not value then
        answers[i] = is_young and '?' or guarded(i) or '.'
        if answers[i] == '.' then changed[number] = entry end
    else
        local kept = {}
        local found = breached(value, content, string.sub(ARGV[9], i, i) == '1', kept)
        answers[i] = found or guarded(i) or '.'
        if answers[i] == '.' then kept[#kept + 1] = entry end
        changed[number] = table.concat(kept)
    end
end
for number, value in pairs(changed) do
    written[#written + 1] = number
    written[#written + 1] = value
end
if #written > 0 then
    redis.call('HSET', today, unpack(written))
    redis.call('EXPIRE', today, 2 * longest)
end
for _, guard in ipairs(guards) do
    local names, left, before = guard.names, guard.left, guard.before
    if guard.has_segments then
        local counts = {}
        for i = 1, #names do
            if left[names[i]] < before[i] then
                counts[#counts + 1] = names[i]
                counts[#counts + 1] = guard.most - left[names[i]]
            end
        end
        if #counts > 0 then
            redis.call('HSET', guard.key, unpack(counts))
            redis.call('EXPIRE', guard.key, 2 * guard.span)
        end
    else
        local added = before[1] - left['']
        if added > 0 and redis.call('INCRBY', guard.key, added) == added then
            redis.call('EXPIRE', guard.key, guard.span)
        end
    end
end
return table.concat(answers)
