"""Interest settlement as a staged operation."""

from django.db import migrations


class Migration(migrations.Migration):
    """Filled with the settlement."""

    dependencies = [("treasury", "0004_day_end")]
    operations = []
