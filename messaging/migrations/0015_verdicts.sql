-- Which rule stopped a message, and what became of codes: partitioned by day on the message's id.

CREATE TABLE messaging_rulehit (
    message_id   bigint PRIMARY KEY,
    customer_id  bigint NOT NULL,
    kind         varchar(16) NOT NULL,
    rule_id      bigint NOT NULL,
    rule_version integer NOT NULL,
    matched      varchar(64) NOT NULL
) PARTITION BY RANGE (message_id);

CREATE INDEX messaging_rulehit_of_customer ON messaging_rulehit (customer_id, kind, rule_id);
CREATE INDEX messaging_rulehit_of_rule ON messaging_rulehit (kind, rule_id);

CREATE TABLE messaging_conversion (
    message_id          bigint PRIMARY KEY,
    application_id      bigint NOT NULL,
    template_version_id bigint NOT NULL,
    accepted_at         timestamptz NOT NULL,
    is_used             boolean NOT NULL,
    told_at             timestamptz NOT NULL
) PARTITION BY RANGE (message_id);

CREATE INDEX messaging_conversion_of_template
    ON messaging_conversion (template_version_id, accepted_at);

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
                                      'messaging_uplink', 'messaging_charge',
                                      'messaging_rulehit', 'messaging_conversion'] LOOP
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

-- The counters of a customer are changed by every request: room for it in the page.
ALTER TABLE messaging_trafficthreshold SET (fillfactor = 20);
