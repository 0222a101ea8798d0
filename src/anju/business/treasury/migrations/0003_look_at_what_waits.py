"""The sweeper looks at every order with a question, settled ones included."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index, by what waits and no longer by status."""

    dependencies = [("treasury", "0002_guards")]
    operations = [
        migrations.RemoveIndex(model_name="payment", name="payments_to_look_at"),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("next_look_at__isnull", False)),
                fields=["next_look_at"],
                name="payments_to_look_at",
            ),
        ),
    ]
