-- The version of a rule grows with each change of its row, whoever makes it and how.

CREATE FUNCTION messaging_grow_rule_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO messaging_ruleversion AS known (kind, rule_id, version)
    VALUES (TG_ARGV[0], (to_jsonb(NEW) ->> TG_ARGV[1])::bigint, 2)
    ON CONFLICT (kind, rule_id) DO UPDATE SET version = known.version + 1;
    RETURN NULL;
END
$$;

CREATE TRIGGER rule_version AFTER UPDATE ON messaging_blockednumber FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION messaging_grow_rule_version('blocklist', 'id');
CREATE TRIGGER rule_version AFTER UPDATE ON messaging_numberrule FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION messaging_grow_rule_version('number_control', 'id');
CREATE TRIGGER rule_version AFTER UPDATE ON messaging_optout FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION messaging_grow_rule_version('opt_out', 'id');
CREATE TRIGGER rule_version AFTER UPDATE ON messaging_frequencypolicy FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION messaging_grow_rule_version('frequency', 'id');
CREATE TRIGGER rule_version AFTER UPDATE ON messaging_guardlimit FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION messaging_grow_rule_version('guard', 'id');
CREATE TRIGGER rule_version AFTER UPDATE ON reviews_listedword FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION messaging_grow_rule_version('keyword', 'id');
-- Named columns, so that counting a request does not even ask.
CREATE TRIGGER rule_version
    AFTER UPDATE OF is_enforced, daily_alarm, daily_limit, monthly_alarm, monthly_limit
    ON messaging_trafficthreshold FOR EACH ROW
    WHEN ((OLD.is_enforced, OLD.daily_alarm, OLD.daily_limit, OLD.monthly_alarm, OLD.monthly_limit)
          IS DISTINCT FROM
          (NEW.is_enforced, NEW.daily_alarm, NEW.daily_limit, NEW.monthly_alarm, NEW.monthly_limit))
    EXECUTE FUNCTION messaging_grow_rule_version('threshold', 'customer_id');

-- The state of the blocklist as a whole, by which processes know that theirs is still right: a
-- number that is never used twice, not even after a rollback.
CREATE SEQUENCE messaging_blocklist_state AS integer CYCLE;

CREATE FUNCTION messaging_change_blocklist() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO messaging_ruleversion (kind, rule_id, version)
    VALUES ('blocklist', 0, nextval('messaging_blocklist_state'))
    ON CONFLICT (kind, rule_id) DO UPDATE SET version = EXCLUDED.version;
    RETURN NULL;
END
$$;

CREATE TRIGGER change_list AFTER INSERT OR UPDATE OR DELETE ON messaging_blockednumber
    FOR EACH STATEMENT EXECUTE FUNCTION messaging_change_blocklist();

CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON messaging_guardlimit
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();

-- What no site that sends codes to people reaches, and a flood does. Other types come in waves by
-- nature, so that operations decide.
INSERT INTO messaging_guardlimit (type, subject, most, per_s, is_active, created_at) VALUES
    ('VERIFY_CODE_TYPE', 'template', 6000, 60, true, now()),
    ('VERIFY_CODE_TYPE', 'segment', 300, 60, true, now()),
    ('VERIFY_CODE_TYPE', 'address', 6000, 60, true, now()),
    ('NOTIFY_TYPE', 'template', 60000, 60, false, now()),
    ('NOTIFY_TYPE', 'segment', 3000, 60, false, now()),
    ('NOTIFY_TYPE', 'address', 60000, 60, false, now()),
    ('PROMOTION_TYPE', 'template', 60000, 60, false, now()),
    ('PROMOTION_TYPE', 'segment', 3000, 60, false, now()),
    ('PROMOTION_TYPE', 'address', 60000, 60, false, now());
