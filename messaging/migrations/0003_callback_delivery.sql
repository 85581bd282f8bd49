-- Callback attempts and report events, partitioned by day like the messages they belong to.

ALTER TABLE messaging_callback ADD COLUMN attempts_before smallint NOT NULL DEFAULT 0;

CREATE TABLE messaging_callbackattempt (
    message_id  bigint NOT NULL,
    sequence    smallint NOT NULL,
    number      smallint NOT NULL,
    at          timestamptz NOT NULL,
    http_status smallint,
    elapsed_ms  integer NOT NULL,
    error       varchar(64) NOT NULL DEFAULT '',
    answer      text NOT NULL DEFAULT '',
    PRIMARY KEY (message_id, sequence, number)
) PARTITION BY RANGE (message_id);

CREATE TABLE messaging_reportevent (
    application_id bigint NOT NULL,
    recorded_in    bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
    message_id     bigint NOT NULL,
    sequence       smallint NOT NULL,
    PRIMARY KEY (application_id, recorded_in, message_id, sequence)
) PARTITION BY RANGE (message_id);

-- Makes the partitions of the days first … last (days since 2020-01-01); harmless to repeat.
CREATE OR REPLACE FUNCTION messaging_make_partitions(first integer, last integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    day integer;
    parent text;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('messaging_make_partitions'));
    FOR day IN first..last LOOP
        FOREACH parent IN ARRAY ARRAY['messaging_sendrequest', 'messaging_message',
                                      'messaging_part', 'messaging_callback',
                                      'messaging_callbackattempt', 'messaging_reportevent'] LOOP
            name := parent || '_' || to_char(date '2020-01-01' + day, 'YYYYMMDD');
            IF to_regclass(name) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)'
                    ' WITH (fillfactor = 80, autovacuum_vacuum_insert_scale_factor = 0.5)',
                    name, parent, day::bigint * 1000000000, (day::bigint + 1) * 1000000000);
            END IF;
        END LOOP;
    END LOOP;
END
$$;
