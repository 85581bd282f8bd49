-- A request is looked for by the uuid that the API answered with.
CREATE INDEX messaging_request_uuid ON messaging_sendrequest (uuid);

-- Makes the partitions of the days first … last (days since 2020-01-01) of every table that is
-- partitioned by message id; harmless to repeat. A table is made first and attached then: that
-- lets others read and write the days before, which CREATE TABLE … PARTITION OF does not.
CREATE OR REPLACE FUNCTION messaging_make_partitions(first integer, last integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    day integer;
    parent text;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('messaging_make_partitions'));
    FOR parent IN
        SELECT class.relname
        FROM pg_partitioned_table AS partitioned
        JOIN pg_class AS class ON class.oid = partitioned.partrelid
        JOIN pg_attribute AS key
          ON key.attrelid = class.oid AND key.attnum = partitioned.partattrs[0]
        WHERE class.relnamespace = current_schema()::regnamespace
          AND class.relname LIKE 'messaging\_%' AND partitioned.partstrat = 'r'
          AND partitioned.partnatts = 1 AND key.atttypid = 'bigint'::regtype
        ORDER BY class.relname
    LOOP
        FOR day IN first..last LOOP
            name := parent || '_' || to_char(date '2020-01-01' + day, 'YYYYMMDD');
            IF to_regclass(name) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS'
                    ' INCLUDING STORAGE)'
                    ' WITH (fillfactor = 80, autovacuum_vacuum_insert_scale_factor = 0.5)',
                    name, parent);
                EXECUTE format(
                    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                    parent, name, day::bigint * 1000000000, (day::bigint + 1) * 1000000000);
            END IF;
        END LOOP;
    END LOOP;
END
$$;
