"""Announce changes of applications and customers, so that web processes forget them at once."""

from django.db import migrations

ANNOUNCE = """
CREATE FUNCTION customers_announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('sms_changes', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON customers_application
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
CREATE TRIGGER announce_change AFTER UPDATE OR DELETE ON customers_customer
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
"""
KEEP_QUIET = """
DROP TRIGGER announce_change ON customers_application;
DROP TRIGGER announce_change ON customers_customer;
DROP FUNCTION customers_announce_change();
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_push_keys")]

    operations = [migrations.RunSQL(ANNOUNCE, KEEP_QUIET)]
