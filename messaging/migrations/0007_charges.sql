-- What requests were charged, partitioned by day on the request's id.

CREATE TABLE messaging_charge (
    request_id     bigint NOT NULL,
    position       smallint NOT NULL,
    account_id     bigint NOT NULL,
    package_id     bigint,
    kind           varchar(9) NOT NULL,
    application_id bigint NOT NULL,
    message_type   varchar(20) NOT NULL,
    parts          integer NOT NULL,
    amount         bigint NOT NULL,
    charged_at     timestamptz NOT NULL,
    credited       integer NOT NULL DEFAULT 0,
    is_booked      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (request_id, position),
    CONSTRAINT charge_credited_at_most_once CHECK (credited BETWEEN 0 AND parts)
) PARTITION BY RANGE (request_id);

CREATE INDEX messaging_charge_unbooked ON messaging_charge (request_id) WHERE NOT is_booked;

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
                                      'messaging_uplink', 'messaging_charge'] LOOP
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
