-- Where the numbers of a four-digit prefix belong, such as 1380: a byte for each of the next three
-- digits, carrier × 32 + region (messaging/statistics/places.py). So a slice of numbers finds its
-- places in one small hash join. The bytes stay in the row: one of them is taken at a time.
CREATE TABLE messaging_numbersegment (
    prefix varchar(4) PRIMARY KEY,
    places bytea NOT NULL
);
ALTER TABLE messaging_numbersegment ALTER COLUMN places SET STORAGE PLAIN;

-- Rows of tallies live for seconds: vacuum by their number, whatever the size of the table.
ALTER TABLE messaging_tally SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000
);
-- Figures of the present hours are added to again and again, without touching their key.
ALTER TABLE messaging_hourlyfigure SET (fillfactor = 70);

-- Step of a time in seconds: 0 up to 0.25 s, each next one up to √2 times as much, 40 up to 3 days.
CREATE FUNCTION messaging_latency_step(seconds float8) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT LEAST(40, GREATEST(0, ceil(2 * ln(GREATEST(seconds, 0.001) / 0.25)
                                      / ln(2::float8) - 1e-9)))::integer
$$;

-- Adds to one step of a histogram; null steps are no latencies.
CREATE FUNCTION messaging_count_latency(steps bigint[], step integer, messages bigint)
RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF step IS NULL THEN
        RETURN steps;
    END IF;
    IF steps IS NULL THEN
        steps := array_fill(0::bigint, ARRAY[41]);
    END IF;
    steps[step + 1] := steps[step + 1] + messages;
    RETURN steps;
END
$$;
CREATE AGGREGATE messaging_latencies(step integer, messages bigint) (
    sfunc = messaging_count_latency, stype = bigint[]
);

-- The sum of two histograms, either of which may be null.
CREATE FUNCTION messaging_add_latencies(one bigint[], other bigint[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN one IS NULL THEN other WHEN other IS NULL THEN one
        ELSE (SELECT array_agg(a + b ORDER BY step)
              FROM unnest(one, other) WITH ORDINALITY AS pair (a, b, step)) END
$$;
