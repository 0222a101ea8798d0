"""Day end: steps, proofs and signatures."""

from django.db import migrations


class Migration(migrations.Migration):
    """Filled with the day end."""

    dependencies = [("treasury", "0003_look_at_what_waits")]
    operations = []
