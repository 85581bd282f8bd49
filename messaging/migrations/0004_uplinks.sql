-- Uplinks, partitioned by day on their id like the messages they answer.

CREATE TABLE messaging_uplink (
    id             bigint PRIMARY KEY,
    uuid           uuid NOT NULL,
    customer_id    bigint,
    application_id bigint,
    signature_id   bigint,
    channel_id     bigint NOT NULL,
    sender         varchar(21) NOT NULL,
    channel_number varchar(21) NOT NULL,
    body           text NOT NULL,
    parts          smallint NOT NULL,
    parts_missing  smallint NOT NULL,
    received_at    timestamptz NOT NULL,
    message_id     bigint,
    candidates     smallint NOT NULL,
    is_opt_out     boolean NOT NULL
) PARTITION BY RANGE (id);

CREATE INDEX messaging_uplink_of_customer ON messaging_uplink (customer_id, id);
CREATE INDEX messaging_uplink_sender ON messaging_uplink (sender, id);

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
                                      'messaging_callbackattempt', 'messaging_reportevent',
                                      'messaging_uplink'] LOOP
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
