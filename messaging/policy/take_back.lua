-- Takes one message of an instant back, for numbers whose request was not stored in the end.
local generation = redis.call('GET', KEYS[1])
if not generation then return 0 end
local prefix = 'frequency:' .. generation .. ':' .. ARGV[1] .. ':'
local day = math.floor(redis.call('TIME')[1] / 86400)
for number in string.gmatch(ARGV[3], '[^,]+') do
    for _, key in ipairs({prefix .. day, prefix .. (day - 1)}) do
        local value = redis.call('HGET', key, number)
        if value then
            local rest, count = string.gsub(value, ARGV[2] .. ':%a:%x+;', '', 1)
            redis.call('HSET', key, number, rest)
            if count > 0 then break end
        end
    end
end
return 1
