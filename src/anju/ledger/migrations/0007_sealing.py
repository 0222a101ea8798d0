"""Sealed days: leaves, roots, numbers, control balances."""

from django.db import migrations, models

from anju.ledger import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_holds")]
    operations = [
        sql.run("sealing", "counting", "day_proofs"),
        migrations.CreateModel(
            name="VoucherLeaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "segment", "voucher_id",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("segment", models.TextField()),
                ("voucher_id", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "ledger_voucher_leaf", "abstract": False, "managed": False},
        ),
        migrations.CreateModel(
            name="VoucherNumber",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period", "no",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
                ("period", models.IntegerField()),
                ("no", models.IntegerField()),
                ("voucher_id", models.BigIntegerField(unique=True)),
            ],
            options={"db_table": "ledger_voucher_number", "abstract": False, "managed": False},
        ),
        migrations.CreateModel(
            name="ControlBalance",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "subject", "bank_account_id",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("subject", models.TextField()),
                ("bank_account_id", models.BigIntegerField()),
                ("debit", models.BigIntegerField()),
                ("credit", models.BigIntegerField()),
            ],
            options={"db_table": "ledger_control_balance", "abstract": False, "managed": False},
        ),
    ]
