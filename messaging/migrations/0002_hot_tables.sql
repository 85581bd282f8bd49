-- The tables that grow, range-partitioned by day on the id (messaging/models/ids.py).
-- Fillfactor 80 keeps state changes in the page; no index holds a column that changes on the way
-- of a message, so those updates stay heap-only.

CREATE SEQUENCE messaging_id_block AS bigint MINVALUE 0 MAXVALUE 99999 START 0 CYCLE;

CREATE TABLE messaging_sendrequest (
    id                  bigint PRIMARY KEY,
    uuid                uuid NOT NULL,
    customer_id         bigint NOT NULL,
    application_id      bigint NOT NULL,
    source              smallint NOT NULL,
    group_task_id       bigint,
    type                varchar(20) NOT NULL,
    template_version_id bigint NOT NULL,
    signature_id        bigint,
    signature_name      varchar(32) NOT NULL,
    sender              varchar(21) NOT NULL,
    channel_id          bigint,
    target_id           bigint,
    extend              varchar(128) NOT NULL,
    variables           jsonb,
    count               integer NOT NULL,
    created_at          timestamptz NOT NULL,
    priority            smallint NOT NULL,
    dispatch            smallint NOT NULL,
    written_through     bigint,
    leased_by           varchar(64) NOT NULL DEFAULT '',
    leased_until        timestamptz
) PARTITION BY RANGE (id);

CREATE INDEX messaging_request_waiting ON messaging_sendrequest (channel_id, priority, id)
    WHERE dispatch = 0;
CREATE INDEX messaging_request_leased ON messaging_sendrequest (id) WHERE dispatch = 1;
CREATE INDEX messaging_request_of_customer ON messaging_sendrequest (customer_id, id);
CREATE INDEX messaging_request_of_group ON messaging_sendrequest (group_task_id, id)
    WHERE group_task_id IS NOT NULL;

CREATE TABLE messaging_message (
    id           bigint PRIMARY KEY,
    request_id   bigint NOT NULL,
    customer_id  bigint NOT NULL,
    recipient    varchar(21) NOT NULL,
    variables    jsonb,
    state        smallint NOT NULL DEFAULT 0,
    parts        smallint NOT NULL,
    parts_open   smallint NOT NULL,
    code         varchar(32) NOT NULL DEFAULT '',
    submitted_at timestamptz,
    finished_at  timestamptz
) PARTITION BY RANGE (id);

CREATE INDEX messaging_message_recipient ON messaging_message (recipient, id);

CREATE TABLE messaging_part (
    message_id  bigint NOT NULL,
    sequence    smallint NOT NULL,
    channel_id  bigint NOT NULL,
    carrier_id  varchar(64) NOT NULL,
    code        varchar(32) NOT NULL DEFAULT '',
    source      smallint,
    reported_at timestamptz,
    PRIMARY KEY (message_id, sequence)
) PARTITION BY RANGE (message_id);

CREATE INDEX messaging_part_carrier_id ON messaging_part (carrier_id, channel_id);

CREATE TABLE messaging_callback (
    message_id      bigint NOT NULL,
    sequence        smallint NOT NULL,
    target_id       bigint NOT NULL,
    state           smallint NOT NULL DEFAULT 0,
    attempts        smallint NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    attempted_at    timestamptz,
    http_status     smallint,
    error           varchar(64) NOT NULL DEFAULT '',
    PRIMARY KEY (message_id, sequence)
) PARTITION BY RANGE (message_id);

CREATE INDEX messaging_callback_due ON messaging_callback (target_id, next_attempt_at)
    WHERE state = 0;

-- Makes the partitions of the days first … last (days since 2020-01-01); harmless to repeat.
CREATE FUNCTION messaging_make_partitions(first integer, last integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    day integer;
    parent text;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('messaging_make_partitions'));
    FOR day IN first..last LOOP
        FOREACH parent IN ARRAY ARRAY['messaging_sendrequest', 'messaging_message',
                                      'messaging_part', 'messaging_callback'] LOOP
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
