"""Announce changes of signatures and templates, so that web processes forget them at once."""

from django.db import migrations

ANNOUNCE = """
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON reviews_signature
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON reviews_template
    FOR EACH STATEMENT EXECUTE FUNCTION customers_announce_change();
"""
KEEP_QUIET = """
DROP TRIGGER announce_change ON reviews_signature;
DROP TRIGGER announce_change ON reviews_template;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("customers", "0004_announce_changes")]

    operations = [migrations.RunSQL(ANNOUNCE, KEEP_QUIET)]
