-- Writes what numbers got where nothing is known of them, in a generation that is being filled.
local prefix = 'frequency:' .. ARGV[1] .. ':' .. ARGV[2] .. ':'
local day = math.floor(redis.call('TIME')[1] / 86400)
local today, yesterday = prefix .. day, prefix .. (day - 1)
for number, value in string.gmatch(ARGV[3], '([^=]+)=([^,]*),') do
    if redis.call('HEXISTS', yesterday, number) == 0 then
        redis.call('HSETNX', today, number, value)
    end
end
redis.call('EXPIRE', today, 2 * ARGV[4])
return 1
